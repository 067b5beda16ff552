package io.livedub.media;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts the access units of one track behind an index ({@link Mp4Index}); nothing is encoded and no time is waited for.
 *
 * <p>GStreamer's mp4mux was rejected: it takes a pipeline for each file, in which each access unit wakes two threads. That was a seventh of
 * what a dubbed stream costs.
 */
public final class Mp4SegmentWriter implements SegmentWriter {
    /** A segment of 6 s has some 460 access units; written one by one they would be as many system calls. */
    private static final int BUFFER_BYTES = 64 * 1024;

    @Override
    public byte[] mux(List<Frame> frames, long t0Ns) {
        Mp4Index index = Mp4Index.of(frames, t0Ns);
        if (index.fileBytes() > Integer.MAX_VALUE) {
            throw new SegmentWriteException("segment cannot be held in memory: " + index.fileBytes() + " bytes", null);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream((int) index.fileBytes());
        try {
            write(index, frames, file);
        } catch (IOException impossible) {
            throw new SegmentWriteException("segment cannot be held in memory: " + impossible, impossible);
        }
        return file.toByteArray();
    }

    @Override
    public void muxTo(Path file, List<Frame> frames, long t0Ns) {
        Mp4Index index = Mp4Index.of(frames, t0Ns);
        boolean whole = false;
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES)) {
                write(index, frames, out);
            }
            whole = true;
        } catch (IOException failure) {
            throw new SegmentWriteException("segment cannot be written: " + failure, failure);
        } finally {
            if (!whole) {
                deleteQuietly(file);
            }
        }
    }

    private static void write(Mp4Index index, List<Frame> frames, OutputStream out) throws IOException {
        out.write(index.head());
        for (Frame frame : frames) {
            frame.bytes().writeTo(out);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException undeletable) {
            // The failure that led here is the one to report.
        }
    }
}
