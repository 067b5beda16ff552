package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * A file that says something as long as a process holds it: the system gives the lock back when the process dies, however it dies. Only the
 * user of the process may write to it. Blocking.
 *
 * <p>Looking whether a file is held takes the same lock for a moment, so that a process that wants to hold the file could be refused by a
 * process that only looks. Therefore both first take a second lock, which nobody has for longer than that look. The holder
 * empties the file at the end and does not remove it: another process could otherwise lock a file that is gone.
 */
public final class HeldFile implements AutoCloseable {
    /** A line of text; what is longer was not written by this program. */
    private static final int MOST_TEXT = 512;

    /** The byte whose lock says that the file is held. */
    private static final long HELD = 0;
    /** The byte whose lock is taken around every look at the other one. */
    private static final long LOOKED_AT = 1;

    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final String text;
    private final FileChannel channel;

    private HeldFile(String text, FileChannel channel) {
        this.text = text;
        this.channel = channel;
    }

    /**
     * @param text one line for whoever finds the file held
     * @return empty when another process holds it
     * @throws IOException when there is no such folder, or a file system without locks
     */
    public static Optional<HeldFile> tryHold(Path path, String text) throws IOException {
        FileChannel channel = FileChannel.open(
                path,
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                MODE);
        boolean held = false;
        try {
            held = lock(channel);
            if (!held) {
                return Optional.empty();
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            return Optional.of(new HeldFile(text, channel));
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try (FileLock ignored = channel.lock(LOOKED_AT, 1, false)) {
            return channel.tryLock(HELD, 1, false) != null;
        } catch (OverlappingFileLockException own) {
            return false;
        }
    }

    /** What the process says that holds it; empty when no process holds it. */
    public static Optional<String> holder(Path path) throws IOException {
        // Asked again and again for each stream: as a rule the file is not there.
        if (path.toFile().length() == 0) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            if (lock(channel)) {
                // A dead process has left it. The next look need not open it.
                channel.truncate(0);
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate(MOST_TEXT);
            channel.read(bytes, 0);
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
            return Optional.of(text.replaceAll("\\p{Cntrl}", " ").strip());
        } catch (NoSuchFileException removed) {
            return Optional.empty();
        }
    }

    /**
     * Says that the holder is at work: the file's time of change is now. Written through the channel that has the lock. To set the time by
     * the path would open and close the file, and that would give the lock back (POSIX).
     */
    public void touch() throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** An empty file is held by nobody. */
    @Override
    public void close() throws IOException {
        try {
            channel.truncate(0);
        } finally {
            channel.close();
        }
    }
}
