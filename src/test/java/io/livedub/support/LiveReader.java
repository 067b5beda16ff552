package io.livedub.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.awaitility.Awaitility;

/**
 * A viewer that knows when each packet arrived: a small RTMP player, for ffmpeg and GStreamer hold packets back while they probe. It asks for the
 * stream until it is there, keeps it as FLV, and ends with it.
 */
public final class LiveReader implements AutoCloseable {
    private final String url;
    private final Path recording;
    private final Process process;
    private final Thread thread;
    private final List<Packet> packets = Collections.synchronizedList(new ArrayList<>());

    private LiveReader(String url, Path recording, String... more) throws IOException {
        this.url = url;
        this.recording = recording;
        long beforeNs = System.nanoTime();
        List<String> command =
                new ArrayList<>(List.of("python3", "src/test/python/packets.py", url, recording.toString()));
        command.addAll(List.of(more));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String clock = lines.readLine();
        long theirs = clock == null ? 0 : Long.parseLong(clock.split(" ")[1]);
        if (theirs < beforeNs || theirs > System.nanoTime()) {
            throw new IllegalStateException("the reader has another clock than this JVM: " + clock);
        }
        thread = new Thread(() -> take(lines), "packets of " + url);
        thread.setDaemon(true);
        thread.start();
    }

    private void take(BufferedReader lines) {
        try {
            takeWhole(lines, packets::add);
        } catch (IOException closed) {
            // Stopped by close() while its output was read: nobody wants the rest.
        }
    }

    /**
     * Reads packets up to the end. When the program is stopped while it writes, its last line may be cut off anywhere and still look like a
     * packet, so that a line without its end is dropped.
     */
    static void takeWhole(Reader output, Consumer<Packet> packets) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = output.read(); next >= 0; next = output.read()) {
            if (next == '\n') {
                packets.accept(Packet.parse(line.toString()));
                line.setLength(0);
            } else {
                line.append((char) next);
            }
        }
    }

    public static LiveReader start(String url, Path recording) {
        return starting(url, recording);
    }

    /** The same, but it stays when the publisher goes, as nginx-rtmp allows, and sees what the next one sends. */
    public static LiveReader startStaying(String url, Path recording) {
        return starting(url, recording, "--stay");
    }

    private static LiveReader starting(String url, Path recording, String... more) {
        try {
            return new LiveReader(url, recording, more);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The first packet, waited for. */
    public Packet first(Duration limit) {
        Awaitility.await("a packet of " + url)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !packets.isEmpty());
        return packets.get(0);
    }

    /** What has come so far. */
    public List<Packet> packets() {
        synchronized (packets) {
            return List.copyOf(packets);
        }
    }

    public Path recording() {
        return recording;
    }

    /** Waits for the stream's end and returns all of its packets. */
    public List<Packet> toEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(
                        "%s has not ended in %s; %d packets came".formatted(url, limit, packets.size()));
            }
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
        return packets();
    }

    @Override
    public void close() {
        Shell.stop(process);
    }
}
