package io.livedub.spool;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Two processes never spool or publish one stream: who has the lock of its folder does. The system gives it back when the process dies,
 * however it dies. Blocking; used on one thread.
 */
public final class StreamLock implements AutoCloseable {
    /** A line of text; what is longer was not written by this program. */
    private static final int MOST_OWNER = 512;

    private static final int MOST_TRIES = 3;

    /** How asking for the lock came out. */
    public sealed interface Outcome {
        record Locked(StreamLock lock) implements Outcome {}

        /** @param owner who has it, since when; one line */
        record Taken(String owner) implements Outcome {}

        /** There is no folder to lock, or a file system without locks. */
        record Unavailable(String why) implements Outcome {}
    }

    private final SpoolFolder folder;
    private final FileChannel channel;
    private final Runnable onClosed;

    private StreamLock(SpoolFolder folder, FileChannel channel, Runnable onClosed) {
        this.folder = folder;
        this.channel = channel;
        this.onClosed = onClosed;
    }

    /**
     * Tries once. Not for a stream that this process has: to close any channel of the file gives all its locks back that this process holds
     * (POSIX).
     *
     * @param onClosed called when this process does not hold it any more
     */
    public static Outcome tryLock(SpoolFolder folder, Runnable onClosed) {
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                Outcome outcome = tryOnce(folder, onClosed);
                if (outcome != null) {
                    return outcome;
                }
            }
            return new Outcome.Taken("another process, which is ending");
        } catch (IOException | RuntimeException unavailable) {
            return new Outcome.Unavailable(unavailable.toString());
        }
    }

    /** @return null when the file was removed by its owner, who has just ended, and another try is needed */
    private static Outcome tryOnce(SpoolFolder folder, Runnable onClosed) throws IOException {
        FileChannel channel = folder.openLock();
        boolean keep = false;
        try {
            FileLock lock;
            try {
                lock = channel.tryLock();
            } catch (OverlappingFileLockException own) {
                lock = null;
            }
            if (lock == null) {
                return new Outcome.Taken(read(channel));
            }
            byte[] owner = owner().getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner), 0);
            if (!isStillThere(folder, owner.length)) {
                return null;
            }
            keep = true;
            return new Outcome.Locked(new StreamLock(folder, channel, onClosed));
        } finally {
            if (!keep) {
                channel.close();
            }
        }
    }

    /** Told by its length, which is random: to read the file would mean to close it again, and with that the lock is given back. */
    private static boolean isStillThere(SpoolFolder folder, int length) throws IOException {
        try {
            return Files.size(folder.lockFile()) == length;
        } catch (NoSuchFileException removed) {
            return false;
        }
    }

    private static String owner() throws IOException {
        String text = String.format(
                Locale.ROOT,
                "pid %d on %s since %s,",
                ProcessHandle.current().pid(),
                InetAddress.getLocalHost().getHostName(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
        return text + " ".repeat(ThreadLocalRandom.current().nextInt(MOST_OWNER - text.length()));
    }

    /** Without the blanks, whose number only tells two owners apart. */
    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_OWNER);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        int random = text.lastIndexOf(',');
        String known = (random < 0 ? text : text.substring(0, random)).replaceAll("\\p{Cntrl}", " ");
        return known.isBlank() ? "another process" : known;
    }

    /** The folder stays, for the next process. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            onClosed.run();
        }
    }

    /** Nothing is left to be resumed: the lock's file goes while it is still locked, so that nobody locks a file that is gone. */
    public void closeAndRemove() throws IOException {
        try {
            folder.removeIfEmpty();
        } finally {
            close();
        }
    }
}
