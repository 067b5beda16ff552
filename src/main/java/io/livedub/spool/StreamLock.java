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
    public sealed interface LockOutcome {
        record Locked(StreamLock lock) implements LockOutcome {}

        /** @param owner the process that holds the lock, and since when; one line */
        record LockTaken(String owner) implements LockOutcome {}

        /** There is no folder to lock, or a file system without locks. */
        record LockUnavailable(String why) implements LockOutcome {}
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
     * Tries once. Not for a stream that this process has: closing any channel of the file gives back all locks on it that this process
     * holds (POSIX).
     *
     * @param onClosed called when this process does not hold it any more
     */
    public static LockOutcome tryLock(SpoolFolder folder, Runnable onClosed) {
        try {
            for (int i = 0; i < MOST_TRIES; i++) {
                LockOutcome outcome = tryOnce(folder, onClosed);
                if (outcome != null) {
                    return outcome;
                }
            }
            return new LockOutcome.LockTaken("another process, which is ending");
        } catch (IOException | RuntimeException unavailable) {
            return new LockOutcome.LockUnavailable(unavailable.toString());
        }
    }

    /** @return null when the file was removed by its owner, who has just ended, and another try is needed */
    private static LockOutcome tryOnce(SpoolFolder folder, Runnable onClosed) throws IOException {
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
                return new LockOutcome.LockTaken(read(channel));
            }
            byte[] owner = owner().getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(owner), 0);
            if (!isStillThere(folder, owner.length)) {
                return null;
            }
            keep = true;
            return new LockOutcome.Locked(new StreamLock(folder, channel, onClosed));
        } finally {
            if (!keep) {
                channel.close();
            }
        }
    }

    /** Told by its length, which is random: whoever reads the file closes it again, and that gives the lock back. */
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

    /** Removes the lock's file while it is still locked, so that no process locks a file that is gone. Call when no process shall resume the stream. */
    public void closeAndRemove() throws IOException {
        try {
            folder.removeIfEmpty();
        } finally {
            close();
        }
    }
}
