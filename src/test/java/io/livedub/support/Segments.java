package io.livedub.support;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;

/** Segments of two seconds as the segmenter would give them. Segment n has the id {@code 00000000-…-n}. */
public final class Segments {
    public static final long LENGTH_NS = 2_000_000_000L;
    public static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);
    public static final VideoFormat AVC = new VideoFormat(new byte[] {1, 77, 0, 31}, 1280, 720);

    private Segments() {}

    public static Segment of(int n) {
        return of(n, 94);
    }

    public static Segment of(int n, int audioFrames) {
        long t0 = n * LENGTH_NS;
        List<Frame> audio = new ArrayList<>();
        for (int i = 0; i < audioFrames; i++) {
            long at = t0 + AAC.framesToNs(i);
            audio.add(new Frame(AAC, at, at, true, at, new byte[] {1, (byte) n, (byte) i}));
        }
        List<Frame> video = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long at = t0 + i * LENGTH_NS / 60;
            video.add(new Frame(AVC, at, at, i == 0, at, new byte[] {2, (byte) n, (byte) i}));
        }
        return new Segment(
                new UUID(0, n),
                n,
                t0,
                t0,
                LENGTH_NS,
                true,
                true,
                video,
                audio,
                AVC,
                audioFrames == 0 ? null : AAC,
                null);
    }
}
