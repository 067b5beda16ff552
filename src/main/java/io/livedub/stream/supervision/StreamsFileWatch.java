package io.livedub.stream.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.livedub.config.ConfigurationException;
import io.livedub.config.SettingsPatch;
import io.livedub.config.StreamsFile;
import io.livedub.id.StreamId;

/**
 * The streams file as it was when it was last in order. Whoever calls {@link #look} each few seconds has every change of it, that of a
 * mounted ConfigMap included, which changes a symbolic link above the file: the attributes are those of what the path leads to.
 */
public final class StreamsFileWatch {
    private final Optional<Path> path;
    private final Function<Path, StreamsFile> reader;
    private final Runnable taken;
    private final Consumer<String> refused;
    private volatile StreamsFile current;
    private Stamp read;
    private Stamp seen;

    /** Tells one version of a file from another. A file that is not there has none of them. */
    private record Stamp(long modifiedNs, long size, Object key) {
        static final Stamp NOTHING = new Stamp(0, -1, null);

        static Stamp of(Path path) {
            try {
                BasicFileAttributes about = Files.readAttributes(path, BasicFileAttributes.class);
                return new Stamp(about.lastModifiedTime().to(TimeUnit.NANOSECONDS), about.size(), about.fileKey());
            } catch (IOException gone) {
                return NOTHING;
            }
        }
    }

    /**
     * @param path empty: there is no file
     * @param atStart what was read of it when the program began
     * @param reader throws {@link ConfigurationException} for a file that is not in order
     * @param taken runs when a change was read, or the file because somebody asked for it
     * @param refused takes what is wrong with a change, once for each
     */
    public StreamsFileWatch(
            Optional<Path> path,
            StreamsFile atStart,
            Function<Path, StreamsFile> reader,
            Runnable taken,
            Consumer<String> refused) {
        this.path = path;
        this.current = atStart;
        this.reader = reader;
        this.taken = taken;
        this.refused = refused;
        // Changed between the start and now, or in the next moment: then it is read once too often,
        // which nobody notices.
        this.read = Stamp.NOTHING;
        this.seen = Stamp.NOTHING;
    }

    /** Does not wait. */
    public SettingsPatch of(StreamId streamId) {
        return current.of(streamId);
    }

    /**
     * Reads the file when it has changed. A change counts when it is the same at two looks: an editor that writes into the file leaves half of it
     * there for a moment, and half a list may be in order.
     */
    public synchronized void look() {
        if (path.isEmpty()) {
            return;
        }
        Stamp now = Stamp.of(path.get());
        if (now.equals(seen) && !now.equals(read)) {
            readNow(now, false);
        }
        seen = now;
    }

    /** Reads the file whether it has changed or not: somebody asked for it. */
    public synchronized void readAgain() {
        path.map(Stamp::of).ifPresent(now -> {
            readNow(now, true);
            seen = now;
        });
    }

    private void readNow(Stamp stamp, boolean byHand) {
        // Before it is read: what is wrong with one version is said once.
        read = stamp;
        try {
            StreamsFile next = reader.apply(path.orElseThrow());
            boolean isTold = byHand || !next.equals(current);
            current = next;
            if (isTold) {
                taken.run();
            }
        } catch (ConfigurationException wrong) {
            refused.accept(wrong.getMessage());
        }
    }
}
