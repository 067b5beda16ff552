package io.livedub.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.livedub.config.ConfigurationException;

/**
 * The folder for temporary files. Vert.x unpacks pages there and JNA its library; without one Quarkus does not start,
 * and says so in a stack trace.
 */
final class TemporaryFolder {
    private TemporaryFolder() {}

    /**
     * Also gives Vert.x a folder of this process alone: its usual one, {@code vertx-cache}, is shared by all users, and belongs to the first.
     *
     * @throws ConfigurationException when nothing can be written there
     */
    static void prepare() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
        check(folder);
        if (System.getProperty("vertx.cacheDirBase") == null) {
            System.setProperty(
                    "vertx.cacheDirBase", folder.resolve("stream-worker-pages").toString());
        }
    }

    static void check(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw unusable(folder, Files.exists(folder) ? "it is not a folder" : "it does not exist");
        }
        try {
            Files.delete(Files.createTempFile(folder, "stream-worker", ".tmp"));
        } catch (IOException unwritable) {
            throw unusable(
                    folder,
                    "nothing can be written there (" + unwritable.getClass().getSimpleName() + ")");
        }
    }

    private static ConfigurationException unusable(Path folder, String why) {
        return new ConfigurationException("the folder for temporary files, " + folder + ", cannot be used: " + why
                + "; mount a folder there that can be written, or name one: WORKER_JAVA_OPTS=-Djava.io.tmpdir=/folder");
    }
}
