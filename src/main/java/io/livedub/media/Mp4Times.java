package io.livedub.media;

import java.util.Arrays;
import java.util.List;

import static io.livedub.media.Mp4Boxes.full;
import static io.livedub.media.Mp4Boxes.ints;

/** The times of a track's samples, as an MP4 file counts them: in ticks, each sample's length, and how much later it is shown. */
final class Mp4Times {
    /** MPEG's clock: a whole number of ticks for each millisecond and for each usual picture rate. */
    private static final int VIDEO_TICKS = 90_000;

    private static final long FALLBACK_VIDEO_TICKS = VIDEO_TICKS / 30;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final long MOST = 0xFFFFFFFFL;

    private final int scale;
    private final long[] lengths;
    private final long[] offsets;
    private final long firstShown;

    private Mp4Times(int scale, long[] lengths, long[] offsets, long firstShown) {
        this.scale = scale;
        this.lengths = lengths;
        this.offsets = offsets;
        this.firstShown = firstShown;
    }

    /** A time before {@code t0Ns} and before the first frame counts as that: files have no negative times. */
    static Mp4Times of(List<Frame> frames, long t0Ns) {
        int scale = frames.get(0).format() instanceof AudioFormat audio ? audio.sampleRateHz() : VIDEO_TICKS;
        long zeroNs = Math.min(t0Ns, frames.get(0).dtsNs());
        int count = frames.size();
        long[] decoded = new long[count];
        long[] offsets = new long[count];
        long firstShown = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            Frame frame = frames.get(i);
            decoded[i] = Math.max(i == 0 ? 0 : decoded[i - 1], ticks(frame.dtsNs() - zeroNs, scale));
            long shown = ticks(frame.ptsNs() - zeroNs, scale);
            offsets[i] = Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, shown - decoded[i]));
            firstShown = Math.min(firstShown, decoded[i] + offsets[i]);
        }
        long start = decoded[0];
        return new Mp4Times(scale, lengths(frames, decoded), offsets, Math.min(MOST, Math.max(0, firstShown - start)));
    }

    private static long ticks(long ns, int scale) {
        long positive = Math.max(0, ns);
        return positive / NS_PER_S * scale + (positive % NS_PER_S * scale + NS_PER_S / 2) / NS_PER_S;
    }

    /** Up to the next one's decoding time. The last picture lasts as long as the one before it. */
    private static long[] lengths(List<Frame> frames, long[] decoded) {
        int count = decoded.length;
        long[] lengths = new long[count];
        for (int i = 0; i + 1 < count; i++) {
            lengths[i] = Math.min(MOST, decoded[i + 1] - decoded[i]);
        }
        lengths[count - 1] = frames.get(count - 1).format() instanceof AudioFormat audio
                ? audio.samplesPerFrame()
                : count > 1 ? lengths[count - 2] : FALLBACK_VIDEO_TICKS;
        return lengths;
    }

    /** Ticks a second. */
    int scale() {
        return scale;
    }

    long duration() {
        return Math.min(MOST, Arrays.stream(lengths).sum());
    }

    /** The file's time at which the first picture that is shown begins, which is the beginning for a player. */
    long firstShown() {
        return firstShown;
    }

    /** The box of each sample's length. */
    byte[] durations() {
        return full("stts", 0, 0, runs(lengths));
    }

    /** The box of how much later each sample is shown than decoded; nothing when none is. */
    byte[] offsets() {
        if (Arrays.stream(offsets).allMatch(offset -> offset == 0)) {
            return new byte[0];
        }
        // Version 1 has signs. Not each reader knows it, so it is only used for a picture that would be shown before it
        // is decoded.
        boolean signs = Arrays.stream(offsets).anyMatch(offset -> offset < 0);
        return full("ctts", signs ? 1 : 0, 0, runs(offsets));
    }

    /** Their number, then count and value of each run of equal values. */
    private static byte[] runs(long[] values) {
        long[] fields = new long[1 + 2 * values.length];
        int last = -1;
        for (long value : values) {
            if (last < 0 || fields[last + 1] != value) {
                last = last < 0 ? 1 : last + 2;
                fields[last + 1] = value;
                fields[0]++;
            }
            fields[last]++;
        }
        return ints(Arrays.copyOf(fields, 1 + 2 * (int) fields[0]));
    }
}
