package io.livedub.bounded;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Lines of UTF-8 text from a peer. {@code BufferedReader} would collect a line of any length in memory. */
public final class BoundedLines implements Closeable {
    private final InputStream in;
    private final int longest;

    /** @param longest bytes that a line may have */
    public BoundedLines(InputStream in, int longest) {
        this.in = new BufferedInputStream(in);
        this.longest = longest;
    }

    /**
     * The next line without its end; null when there are no more.
     *
     * @throws IOException when a line is longer than allowed; nothing can be read after that
     */
    public String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        for (int next = in.read(); ; next = in.read()) {
            if (next < 0 && line.size() == 0) {
                return null;
            }
            if (next < 0 || next == '\n') {
                return line.toString(StandardCharsets.UTF_8).stripTrailing();
            }
            if (line.size() == longest) {
                throw new IOException("a line is longer than " + longest + " bytes");
            }
            line.write(next);
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
