package io.livedub.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import io.livedub.config.ConfigurationException;

/**
 * The folder for temporary files. Vert.x unpacks pages there and JNA its library; without one Quarkus does not start,
 * and says so in a stack trace.
 */
final class TemporaryFolder {
    private static final String PAGES = "stream-worker-pages";
    /** A process that has just begun has put nothing into its own yet. */
    private static final Duration LEFT_BEHIND = Duration.ofHours(1);

    private static final int MOST_LOOKED_AT = 200;

    private TemporaryFolder() {}

    /**
     * Also gives Vert.x a folder of this process alone: its usual one, {@code vertx-cache}, is shared by all users, and belongs to the first.
     *
     * @throws ConfigurationException when nothing can be written there
     */
    static void prepare() {
        Path folder = folder();
        check(folder);
        if (System.getProperty("vertx.cacheDirBase") == null) {
            System.setProperty("vertx.cacheDirBase", folder.resolve(PAGES).toString());
        }
    }

    static Path folder() {
        return Path.of(System.getProperty("java.io.tmpdir", "/tmp")).toAbsolutePath();
    }

    /**
     * A process that is killed leaves its folder of pages behind. Those without pages are removed; that of a process that lives is made again when it
     * is needed. Lists the whole folder, so no start should wait for it.
     */
    static void removeOfKilled(Path folder) {
        Instant before = Instant.now().minus(LEFT_BEHIND);
        try (Stream<Path> left = Files.list(folder)) {
            left.filter(path -> path.getFileName().toString().startsWith(PAGES + "-"))
                    .limit(MOST_LOOKED_AT)
                    .forEach(path -> remove(path, before));
        } catch (IOException | UncheckedIOException unreadable) {
            // They stay, and cost an entry of a folder each.
        }
    }

    private static void remove(Path path, Instant before) {
        try {
            if (Files.getLastModifiedTime(path).toInstant().isBefore(before)) {
                Files.delete(path);
            }
        } catch (IOException notEmptyOrForeign) {
            // It has pages, or belongs to another user.
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
