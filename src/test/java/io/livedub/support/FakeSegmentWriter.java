package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AacClip;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SegmentWriter;

/** "MP4" that begins as one and then says how many frames it holds. Of {@link Segments#AAC} when it is read. */
public final class FakeSegmentWriter implements SegmentWriter {
    private static final byte[] BEGINNING = {0, 0, 0, 12, 'f', 't', 'y', 'p', 'f', 'a', 'k', 'e'};

    /** Run before each file is written. */
    public Runnable beforeWriting = () -> {};
    /** Thrown by {@link #mux} when set. */
    public SegmentWriteException failure;

    @Override
    public byte[] mux(List<Frame> frames, long t0Ns) {
        if (failure != null) {
            throw failure;
        }
        return ByteBuffer.allocate(16).put(BEGINNING).putInt(frames.size()).array();
    }

    @Override
    public void muxTo(Path file, List<Frame> frames, long t0Ns) {
        beforeWriting.run();
        try {
            Files.write(file, mux(frames, t0Ns));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean isOurs(byte[] mp4) {
        return mp4.length == 16 && mp4[8] == 'f' && mp4[11] == 'e';
    }

    /** Each frame: 5 and its number. */
    static AacClip clip(byte[] mp4) {
        int count = ByteBuffer.wrap(mp4).getInt(12);
        AudioFormat format = Segments.AAC;
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            frames.add(new byte[] {5, (byte) (i >> 8), (byte) i});
        }
        return new AacClip(format, frames, 0, (long) count * format.samplesPerFrame());
    }
}
