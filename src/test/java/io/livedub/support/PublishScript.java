package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code src/test/python/publish.py}: a publisher with the faults of real encoders. */
public final class PublishScript {
    private PublishScript() {}

    public static Process start(String url, Path file, List<String> arguments) {
        try {
            List<String> command = new ArrayList<>(List.of("python3", "src/test/python/publish.py", url));
            command.add(file.toString());
            command.addAll(arguments);
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Shell.target().resolve("publish-script.log").toFile())
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** For one that was started with {@code --frames-on-input}. */
    static void letFramesGo(Process publisher) {
        try {
            publisher.getOutputStream().write("go\n".getBytes(StandardCharsets.UTF_8));
            publisher.getOutputStream().flush();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
