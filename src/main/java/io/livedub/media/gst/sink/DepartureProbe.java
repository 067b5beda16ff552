package io.livedub.media.gst.sink;

import com.sun.jna.Pointer;

import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.Track;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.NativeCalls;

/**
 * Reads the times of FLV tags in front of rtmp2sink: what is really written.
 *
 * <p>A sample: armed about once a second and gone after one tag of each track, because a callback for each buffer would cost a fifth
 * of the whole stream's CPU. With TIMED pacing the element waits for the clock after this probe, so that a frame departs at the
 * buffer's time, or now when that is past.
 */
final class DepartureProbe implements NativeCalls.PadProbe {
    private static final long NS_PER_MS = 1_000_000L;
    private static final int BOTH = 3;

    private final MediaClock clock;
    private final Pacing pacing;
    private final long zeroNs;
    private final byte[] head = new byte[FlvTag.NEEDED];
    private volatile DepartureListener listener;
    private volatile boolean armed = true;
    private volatile boolean wanted = true;
    private int seen;

    DepartureProbe(MediaClock clock, Pacing pacing, long zeroNs) {
        this.clock = clock;
        this.pacing = pacing;
        this.zeroNs = zeroNs;
    }

    void listener(DepartureListener replacement) {
        listener = replacement;
    }

    /** True when the probe is to be attached again for the next sample. */
    boolean rearm() {
        wanted = true;
        if (armed || listener == null) {
            return false;
        }
        seen = 0;
        armed = true;
        return true;
    }

    /** Ends a sample in which one track was missing. */
    void disarm() {
        wanted = false;
    }

    @Override
    public int callback(Pointer pad, Pointer info, Pointer userData) {
        if (!wanted) {
            armed = false;
            return REMOVE;
        }
        Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
        int length = (int) NativeCalls.gst_buffer_extract(buffer, 0, head, head.length);
        FlvTag tag = FlvTag.parse(head, length).orElse(null);
        if (tag == null || tag.header()) {
            return PASS;
        }
        report(tag, BufferLayout.pts(buffer));
        if (seen == BOTH) {
            armed = false;
            return REMOVE;
        }
        return PASS;
    }

    private void report(FlvTag tag, long leavesNs) {
        Track track = tag.type() == FlvTag.VIDEO ? Track.VIDEO : Track.AUDIO;
        seen |= 1 << track.ordinal();
        DepartureListener told = listener;
        if (told != null) {
            // Stamps wrap after 49 days; the buffer's own time, at most a step later, says in which turn this one lies.
            long errorMs = (int) (tag.timestampMs() - FlvTagWriter.stampMs(leavesNs));
            long timestampNs = (Math.floorDiv(leavesNs, NS_PER_MS) + errorMs) * NS_PER_MS;
            long now = clock.nowNs();
            long due = zeroNs + leavesNs;
            told.departed(track, timestampNs, pacing == Pacing.TIMED && due - now > 0 ? due : now);
        }
    }
}
