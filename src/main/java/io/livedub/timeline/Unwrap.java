package io.livedub.timeline;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;

/**
 * Makes the 32-bit millisecond clock of FLV endless, and gives a time to frames that came without one. One for both tracks: a
 * track that pauses over the wrap must find the other side of it.
 */
final class Unwrap {
    /** GStreamer's value for "no time" (GST_CLOCK_TIME_NONE as a signed number). */
    static final long NONE = -1;

    /** Half of the FLV range: 2^32 ms is a wrap, and 2^31 ms is one where somebody on the way counts with a sign bit or masks it. */
    private static final long HALF_NS = (1L << 31) * 1_000_000L;
    /**
     * How far from the expected place a time may be to be taken for a wrap. Wide, because a source may pause over it; an
     * encoder restart hits it by chance once in 18 000.
     */
    private static final long NEAR_NS = 60_000_000_000L;

    /** 16 pictures, the largest decoded picture buffer of H.264, at one picture a second. */
    private static final long MOST_COMPOSITION_NS = 16_000_000_000L;

    private static final long VIDEO_STEP_NS = 33_000_000L;

    private long base;
    private long last;
    private boolean started;
    private final long[] lastDts = new long[2];
    private final long[] step = {VIDEO_STEP_NS, 0};
    private final boolean[] seen = new boolean[2];
    private long repaired;

    Frame apply(Frame frame) {
        int track = frame.track().ordinal();
        long dts = frame.dtsNs();
        long pts = frame.ptsNs();
        if (dts == NONE && pts == NONE) {
            repaired++;
            long made = seen[track] ? lastDts[track] + step(frame, track) : started ? last : 0;
            return remember(frame, made, made);
        }
        if (dts == NONE) {
            repaired++;
            long unwrapped = unwrap(pts);
            // With B-frames the missing decoding time lies before the presentation time: one step behind
            // the last frame.
            long expected = seen[track] ? lastDts[track] + step(frame, track) : unwrapped;
            return remember(frame, unwrapped, Math.min(unwrapped, expected));
        }
        long unwrapped = unwrap(dts);
        if (pts == NONE) {
            repaired++;
            return remember(frame, unwrapped, unwrapped);
        }
        long composition = pts - dts;
        composition -= Math.round((double) composition / HALF_NS) * HALF_NS;
        if (Math.abs(composition) > MOST_COMPOSITION_NS) {
            repaired++;
            composition = 0;
        }
        return remember(frame, unwrapped + composition, unwrapped);
    }

    /** Frames that came without a time. */
    long repaired() {
        return repaired;
    }

    private long unwrap(long raw) {
        if (started) {
            long wraps = Math.round((double) (raw + base - last) / HALF_NS);
            if (wraps != 0 && Math.abs(wraps) <= 2 && Math.abs(raw + base - last - wraps * HALF_NS) < NEAR_NS) {
                base -= wraps * HALF_NS;
            }
        }
        return raw + base;
    }

    private Frame remember(Frame frame, long pts, long dts) {
        int track = frame.track().ordinal();
        if (seen[track] && dts > lastDts[track] && dts - lastDts[track] < 1_000_000_000L) {
            step[track] = dts - lastDts[track];
        }
        seen[track] = true;
        lastDts[track] = dts;
        last = dts;
        started = true;
        return pts == frame.ptsNs() && dts == frame.dtsNs() ? frame : frame.at(pts, dts);
    }

    private long step(Frame frame, int track) {
        return frame.format() instanceof AudioFormat audio ? audio.frameDurationNs() : step[track];
    }
}
