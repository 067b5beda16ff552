package io.livedub.segment;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The folder tree by its naming rules. What is not named by them is never touched. */
final class SegmentFiles {
    private static final Pattern STREAM_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern FINAL = Pattern.compile("(\\d{6,18})_(video\\.mp4|audio\\.m4a|audio_dubbed\\.m4a)");
    private static final Pattern TEMPORARY =
            Pattern.compile("\\.\\d{6,18}_(video|audio|audio_dubbed)\\.[A-Za-z0-9]+\\.tmp");

    private final Path root;

    SegmentFiles(Path root) {
        this.root = root;
    }

    /** @throws IllegalArgumentException when it is not a stream id, before it becomes part of a path */
    Path folder(String streamId) {
        if (!STREAM_ID.matcher(streamId).matches()) {
            throw new IllegalArgumentException("stream id must match [A-Za-z0-9_-]{1,64}");
        }
        return root.resolve(streamId);
    }

    /** Where a file is written aside; the same folder, so that the rename is atomic, and hidden from a glob. */
    static Path temporary(Path target, String unique) {
        String name = target.getFileName().toString();
        String stem = name.substring(0, name.lastIndexOf('.'));
        return target.resolveSibling("." + stem + "." + unique + ".tmp");
    }

    long highestBatch(String streamId) throws IOException {
        long highest = -1;
        for (Path file : list(folder(streamId))) {
            Matcher name = FINAL.matcher(file.getFileName().toString());
            if (name.matches()) {
                highest = Math.max(highest, Long.parseLong(name.group(1)));
            }
        }
        return highest;
    }

    List<Path> segments() throws IOException {
        return matching(FINAL);
    }

    List<Path> leftovers() throws IOException {
        return matching(TEMPORARY);
    }

    private List<Path> matching(Pattern pattern) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path folder : list(root)) {
            boolean ours = STREAM_ID.matcher(folder.getFileName().toString()).matches()
                    && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
            if (!ours) {
                continue;
            }
            for (Path file : list(folder)) {
                boolean named = pattern.matcher(file.getFileName().toString()).matches();
                if (named && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    private static List<Path> list(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(found::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        return found;
    }
}
