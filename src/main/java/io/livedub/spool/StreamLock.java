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
import java.util.concurrent.atomic.AtomicReference;

/**
 * Two processes never spool or publish one stream: who has the lock of its folder does. The system gives it back when the process dies,
 * however it dies. Blocking; used on one thread.
 */
public final class StreamLock implements AutoCloseable {
    /** A line of text; what is longer was not written by this program. */
    private static final int MOST_OWNER = 512;

    private static final int MOST_TRIES = 3;
    /** Stands behind the last comma of the owner's text. */
    private static final String HANDED_OVER = "handed over";
    /** The first look for it can take longer than viewers may wait for the stream. */
    private static final AtomicReference<String> HOST = new AtomicReference<>();

    /** How asking for the lock came out. */
    public sealed interface LockOutcome {
        record Locked(StreamLock lock) implements LockOutcome {}

        /**
         * @param owner the process that holds the lock, and since when; one line
         * @param handedOver whether it writes no more, and holds the lock until its publication has ended
         */
        record LockTaken(String owner, boolean handedOver) implements LockOutcome {}

        /** There is no folder to lock, or a file system without locks. */
        record LockUnavailable(String why) implements LockOutcome {}
    }

    private final SpoolFolder folder;
    private final FileChannel channel;
    private final String owner;
    private final Runnable onClosed;

    private StreamLock(SpoolFolder folder, FileChannel channel, String owner, Runnable onClosed) {
        this.folder = folder;
        this.channel = channel;
        this.owner = owner;
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
            return new LockOutcome.LockTaken("another process, which is ending", false);
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
                host();
                return taken(channel);
            }
            String owner = owner();
            byte[] padded = padded(owner).getBytes(StandardCharsets.UTF_8);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(padded), 0);
            if (!isStillThere(folder, padded.length)) {
                return null;
            }
            keep = true;
            return new LockOutcome.Locked(new StreamLock(folder, channel, owner, onClosed));
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
        return String.format(
                Locale.ROOT,
                "pid %d on %s since %s,",
                ProcessHandle.current().pid(),
                host(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String padded(String owner) {
        return owner + " ".repeat(ThreadLocalRandom.current().nextInt(MOST_OWNER - owner.length()));
    }

    private static String host() throws IOException {
        if (HOST.get() == null) {
            HOST.set(InetAddress.getLocalHost().getHostName());
        }
        return HOST.get();
    }

    /** Without the blanks, whose number only tells two owners apart. */
    private static LockOutcome taken(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_OWNER);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        int end = text.lastIndexOf(',');
        String known = (end < 0 ? text : text.substring(0, end)).replaceAll("\\p{Cntrl}", " ");
        boolean handedOver = end >= 0 && text.substring(end + 1).strip().equals(HANDED_OVER);
        return new LockOutcome.LockTaken(known.isBlank() ? "another process" : known, handedOver);
    }

    /** The spool is written to the end: another process may read it, and has the stream when this lock is given back. */
    void handedOver() throws IOException {
        channel.write(ByteBuffer.wrap((owner + HANDED_OVER).getBytes(StandardCharsets.UTF_8)), 0);
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
