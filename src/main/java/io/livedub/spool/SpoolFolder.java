package io.livedub.spool;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.id.StreamId;

/**
 * The folder {@code {WORKER_SEGMENT_DIR}/{stream_id}/.spool}: numbered files and a lock. Other names are never touched, and symbolic links
 * are never followed. Blocking.
 */
public final class SpoolFolder {
    static final String NAME = ".spool";
    static final String LOCK = "lock";
    static final String SETTINGS = "settings";
    static final String SWITCHES = "switches";
    static final String AT_OUT = "at-out";
    private static final List<String> TEXTS = List.of(SETTINGS, SWITCHES, AT_OUT);

    /** 64 languages with voices of 64 characters of three bytes, said by the API and by a query as well, are 30 KiB. */
    private static final int MOST_SETTINGS = 64 << 10;

    static final String SUCCESSOR = "successor";

    private static final Pattern FILE = Pattern.compile("(\\d{8})\\.spool");
    private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final StreamId streamId;
    private final Path streams;
    private final Path path;

    /** @param segments the folder of all streams */
    public SpoolFolder(Path segments, StreamId streamId) {
        this.streamId = streamId;
        this.streams = segments;
        this.path = segments.resolve(streamId.value()).resolve(NAME);
    }

    /** Ids of streams that have a spool of whatever state; empty when that cannot be known. */
    public static List<StreamId> streamsIn(Path segments) {
        return foldersIn(segments, folder -> !folder.files().isEmpty());
    }

    /** Ids of streams that have a folder for a spool, with or without files in it. */
    static List<StreamId> foldersIn(Path segments) {
        return foldersIn(segments, folder -> Files.isDirectory(folder.path, LinkOption.NOFOLLOW_LINKS));
    }

    private interface Chosen {
        boolean test(SpoolFolder folder) throws IOException;
    }

    private static List<StreamId> foldersIn(Path segments, Chosen chosen) {
        List<StreamId> found = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(segments)) {
            for (Path folder : folders) {
                Optional<StreamId> id = StreamId.parse(folder.getFileName().toString());
                if (id.isPresent()
                        && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                        && chosen.test(new SpoolFolder(segments, id.get()))) {
                    found.add(id.get());
                }
            }
        } catch (IOException | RuntimeException unreadable) {
            return found;
        }
        return found;
    }

    StreamId streamId() {
        return streamId;
    }

    /** Held by a process that asks for the stream. */
    public Path successorFile() {
        return path.resolve(SUCCESSOR);
    }

    Path lockFile() {
        return path.resolve(LOCK);
    }

    void make() throws IOException {
        if (!Files.isDirectory(streams)) {
            Files.createDirectories(streams, FOLDER_MODE);
        }
        for (Path folder : List.of(streams.resolve(streamId.value()), path)) {
            try {
                Files.createDirectory(folder, FOLDER_MODE);
            } catch (FileAlreadyExistsException known) {
                if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                    throw new FileSystemException(folder.toString(), null, "is no folder, or a symbolic link");
                }
            }
        }
    }

    /** By their numbers. */
    TreeMap<Integer, Path> files() throws IOException {
        TreeMap<Integer, Path> found = new TreeMap<>();
        if (Files.isSymbolicLink(path) || Files.isSymbolicLink(path.getParent())) {
            return found;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Matcher name = FILE.matcher(entry.getFileName().toString());
                if (name.matches() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                    found.put(Integer.parseInt(name.group(1)), entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException none) {
            return found;
        }
        return found;
    }

    Path file(int number) {
        return path.resolve(String.format(Locale.ROOT, "%08d.spool", number));
    }

    /** A new file, which must not be there. */
    FileChannel create(int number) throws IOException {
        return FileChannel.open(
                file(number), Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE);
    }

    /** @return a channel to the lock's file, which is made when it is not there */
    FileChannel openLock() throws IOException {
        make();
        return FileChannel.open(
                lockFile(),
                Set.of(
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS),
                FILE_MODE);
    }

    void remove(Collection<Integer> numbers) throws IOException {
        for (int number : numbers) {
            Files.deleteIfExists(file(number));
        }
    }

    /** When the newest of its files was written; the folder's own time where it has none. */
    Instant lastTouched() throws IOException {
        Instant last =
                Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toInstant();
        List<Path> all = new ArrayList<>(files().values());
        TEXTS.forEach(name -> all.add(path.resolve(name)));
        all.add(lockFile());
        for (Path file : all) {
            try {
                Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                last = written.isAfter(last) ? written : last;
            } catch (NoSuchFileException goneSince) {
                continue;
            }
        }
        return last;
    }

    /**
     * Keeps a text about the stream's settings in place of the one before; an empty one removes it. A disk that does not take it costs the text
     * and nothing else.
     */
    public void keepSettings(String text) {
        keep(SETTINGS, text);
    }

    /** The same of the operator's switches. */
    public void keepSwitches(String text) {
        keep(SWITCHES, text);
    }

    /** The same of the languages that are published: the one at {@code out}, and those beside it. */
    public void keepAtOut(String text) {
        keep(AT_OUT, text);
    }

    private void keep(String name, String text) {
        Path file = path.resolve(name);
        try {
            if (text.isEmpty()) {
                Files.deleteIfExists(file);
                return;
            }
            make();
            // Beside it first: a process that is killed meanwhile leaves the one before.
            Path fresh = path.resolve(name + ".new");
            Files.deleteIfExists(fresh);
            try (FileChannel channel = FileChannel.open(
                    fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), FILE_MODE)) {
                ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            // The spool says the same of the same disk, once.
            return;
        }
    }

    /** The text that was kept; empty when nothing was kept, or it cannot be read. */
    public String settings() {
        return kept(SETTINGS);
    }

    /** The same of the operator's switches. */
    public String switches() {
        return kept(SWITCHES);
    }

    /** The same of the languages that were published. */
    public String atOut() {
        return kept(AT_OUT);
    }

    private String kept(String name) {
        Path file = path.resolve(name);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                return "";
            }
            try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                byte[] bytes = in.readNBytes(MOST_SETTINGS + 1);
                return bytes.length > MOST_SETTINGS ? "" : new String(bytes, StandardCharsets.UTF_8);
            }
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** The folder goes with its last file; one with foreign files stays. */
    void removeIfEmpty() throws IOException {
        for (String name : TEXTS) {
            Files.deleteIfExists(path.resolve(name));
            Files.deleteIfExists(path.resolve(name + ".new"));
        }
        Files.deleteIfExists(successorFile());
        Files.deleteIfExists(lockFile());
        Files.deleteIfExists(path);
    }
}
