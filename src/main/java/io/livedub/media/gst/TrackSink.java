package io.livedub.media.gst;

import com.sun.jna.Pointer;

import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.Track;

/** One track's appsink, and frames made of its samples. Used by one thread. Holds a reference to the last caps: {@link #close}. */
final class TrackSink implements AutoCloseable {
    private final Track track;
    private final Pointer sink;
    private final long sinkAddress;
    private Frame head;
    private long caps;
    private Format format;
    private boolean resync;
    private boolean ended;

    TrackSink(Track track, Pointer sink) {
        this.track = track;
        this.sink = sink;
        this.sinkAddress = Pointer.nativeValue(sink);
    }

    /**
     * Has the track's next frame at hand, copied, when one comes within a time.
     *
     * @throws IllegalArgumentException when what came is nothing that can be carried; says what it is
     */
    boolean fetch(MediaClock clock, long waitNs) {
        while (head == null) {
            long sample = NativeCalls.gst_app_sink_try_pull_sample(sinkAddress, waitNs);
            if (sample == 0) {
                return false;
            }
            try {
                head = read(sample, clock.nowNs());
            } finally {
                NativeCalls.gst_mini_object_unref(sample);
            }
        }
        return true;
    }

    /** Decoding time of the frame at hand. */
    long dtsNs() {
        return head.dtsNs();
    }

    /** The frame at hand, handed over. */
    Frame take() {
        Frame taken = head;
        head = null;
        return taken;
    }

    /** Whether the demuxer has moved the track's times with the frame at hand. */
    boolean resync() {
        return resync;
    }

    /** Whether the end of the track has been noted. */
    boolean ended() {
        return ended;
    }

    /** Notes the end of the track; true the first time. */
    boolean endsNow() {
        if (ended || !NativeCalls.gst_app_sink_is_eos(sink)) {
            return false;
        }
        ended = true;
        return true;
    }

    @Override
    public void close() {
        if (caps != 0) {
            NativeCalls.gst_mini_object_unref(caps);
            caps = 0;
        }
    }

    /** Null when the buffer has no time or its decoder configuration is not known yet. */
    private Frame read(long sample, long arrivalNs) {
        Format now = format(NativeCalls.gst_sample_get_caps(sample));
        Pointer buffer = BufferLayout.of(sample);
        long pts = BufferLayout.pts(buffer);
        long dts = BufferLayout.dts(buffer);
        if (pts == BufferLayout.CLOCK_TIME_NONE) {
            pts = dts;
        }
        if (now == null || pts == BufferLayout.CLOCK_TIME_NONE) {
            return null;
        }
        // aacparse leaves DTS empty or copies it; for audio there is one time.
        if (track == Track.AUDIO || dts == BufferLayout.CLOCK_TIME_NONE) {
            dts = pts;
        }
        int flags = BufferLayout.flags(buffer);
        resync = (flags & BufferLayout.FLAG_RESYNC) != 0;
        boolean keyframe = track == Track.AUDIO || (flags & BufferLayout.FLAG_DELTA_UNIT) == 0;
        return new Frame(now, pts, dts, keyframe, arrivalNs, BufferLayout.bytes(buffer));
    }

    /**
     * Caps are compared by address, which is safe because the last ones are held. Parsers renew them for reasons that change nothing (a frame rate
     * found later): equal formats stay the same instance.
     */
    private Format format(long current) {
        if (current == 0 || current == caps) {
            return format;
        }
        Pointer held = NativeCalls.gst_mini_object_ref(new Pointer(current));
        close();
        caps = current;
        Format read = Caps.read(held, track);
        if (read != null && !read.equals(format)) {
            format = read;
        }
        return format;
    }
}
