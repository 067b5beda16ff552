package io.livedub.support;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held while something that several test processes share is made under {@code target}: tests run in several JVMs at a time. */
final class BuildLock {
    interface Making<T> {
        T make() throws IOException;
    }

    private BuildLock() {}

    // Synchronized as well: a file lock is the process's, and a second thread of it would be refused
    // instead of waiting.
    static synchronized <T> T holding(String name, Making<T> making) throws IOException {
        Path target = Files.createDirectories(Path.of("target"));
        try (FileChannel file = FileChannel.open(
                        target.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock held = file.lock()) {
            return held.isValid() ? making.make() : null;
        }
    }
}
