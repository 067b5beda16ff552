package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
 */
public final class HeldFile implements AutoCloseable {
    /** A line of text; what is longer was not written by this program. */
    private static final int MOST_TEXT = 512;

    private static final FileAttribute<Set<PosixFilePermission>> MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path path;
    private final String text;
    private final FileChannel channel;

    private HeldFile(Path path, String text, FileChannel channel) {
        this.path = path;
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
            return Optional.of(new HeldFile(path, text, channel));
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException own) {
            return false;
        }
    }

    /** What the process says that holds it; empty when none does, and what a dead one has left is removed. */
    public static Optional<String> holder(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(
                path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
            if (lock(channel)) {
                Files.deleteIfExists(path);
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
     * Says that the holder is at work: the file's time of change is now. Written through the channel that has the lock: to set the time would open
     * and close the file, and with that give the lock back (POSIX).
     */
    public void touch() throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** The file goes while it is still held, so that nobody holds a file that is gone. */
    @Override
    public void close() throws IOException {
        try {
            Files.deleteIfExists(path);
        } finally {
            channel.close();
        }
    }
}
