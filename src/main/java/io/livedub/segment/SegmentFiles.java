package io.livedub.segment;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.id.IdForm;
import io.livedub.id.StreamId;

/**
 * The folder tree by its naming rules. Files with other names are never touched, and symbolic links are never followed: whoever may write
 * into the root could otherwise have files written or deleted elsewhere.
 */
final class SegmentFiles {
    /** Six digits, or as many more as the number needs. */
    private static final String BATCH = "(\\d{6}|[1-9]\\d{6,17})";

    private static final Pattern FINAL =
            Pattern.compile(BATCH + "_(video\\.mp4|audio\\.m4a|audio_dubbed(_[a-z0-9-]{1,64})?\\.m4a)");
    private static final Pattern TEMPORARY =
            Pattern.compile("\\." + BATCH + "_(video|audio|audio_dubbed(_[a-z0-9-]{1,64})?)\\.[A-Za-z0-9]+\\.tmp");
    /** No run reaches a higher number, and counting on from one would soon lead to names that are not valid. */
    private static final long HIGHEST = 1_000_000_000_000_000L;

    private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---"));
    private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Path root;

    SegmentFiles(Path root) {
        this.root = root;
    }

    /** Kinds of entries in a stream's folder. */
    enum StoredKind {
        SEGMENT(FINAL),
        LEFTOVER(TEMPORARY);

        private final Pattern name;

        StoredKind(Pattern name) {
            this.name = name;
        }
    }

    Path folder(StreamId streamId) {
        return root.resolve(streamId.value());
    }

    /** Where a file is written aside; the same folder, so that the rename is atomic, and hidden from a glob. */
    static Path temporary(Path target, String unique) {
        String name = target.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.'));
        return target.resolveSibling("." + stem + "." + unique + ".tmp");
    }

    /** Makes the root, which may be a link, and the stream's folder, which may not. */
    void make(Path folder) throws IOException {
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root, FOLDER_MODE);
        }
        try {
            Files.createDirectory(folder, FOLDER_MODE);
        } catch (FileAlreadyExistsException known) {
            if (Files.isSymbolicLink(folder)) {
                throw new FileSystemException(folder.toString(), null, "a stream's folder must not be a symbolic link");
            }
            if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                throw known;
            }
        }
    }

    /** A new and empty file; fails when there is one, which a link is too. */
    static void create(Path file) throws IOException {
        Files.createFile(file, FILE_MODE);
    }

    long highestBatch(StreamId streamId) throws IOException {
        Path folder = folder(streamId);
        if (Files.isSymbolicLink(folder)) {
            // Said when the first file is to be written there.
            return -1;
        }
        long[] highest = {-1};
        each(folder, file -> {
            Matcher name = FINAL.matcher(file.getFileName().toString());
            if (name.matches()) {
                long batch = Long.parseLong(name.group(1));
                highest[0] = batch < HIGHEST ? Math.max(highest[0], batch) : highest[0];
            }
        });
        return highest[0];
    }

    /** Folders of streams, running or gone. */
    List<Path> folders() throws IOException {
        List<Path> found = new ArrayList<>();
        each(root, folder -> {
            if (IdForm.matches(folder.getFileName().toString())
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
                found.add(folder);
            }
        });
        return found;
    }

    List<Path> in(Path folder, StoredKind kind) throws IOException {
        List<Path> found = new ArrayList<>();
        each(folder, file -> {
            if (kind.name.matcher(file.getFileName().toString()).matches()
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                found.add(file);
            }
        });
        return found;
    }

    private static void each(Path folder, Consumer<Path> entry) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(entry);
        } catch (NoSuchFileException | NotDirectoryException gone) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
