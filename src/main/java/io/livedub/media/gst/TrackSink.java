package io.livedub.media.gst;

import com.sun.jna.Pointer;

import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;

/** One track's appsink, and frames made of its samples. Used by one thread. Holds a reference to the last caps: {@link #close}. */
final class TrackSink implements AutoCloseable {
    private final Track track;
    private final Pointer sink;
    private final long sinkAddress;
    private long sample;
    private long caps;
    private Format format;
    private boolean resync;
    private boolean ended;

    TrackSink(Track track, Pointer sink) {
        this.track = track;
        this.sink = sink;
        this.sinkAddress = Pointer.nativeValue(sink);
    }

    /** Waits so long for a sample; {@link #frame} gives it. */
    boolean pull(long waitNs) {
        sample = NativeCalls.gst_app_sink_try_pull_sample(sinkAddress, waitNs);
        return sample != 0;
    }

    /**
     * The sample that {@link #pull} brought, copied. To be called once for each.
     *
     * @return null when the buffer has no time or its decoder configuration is not known yet
     * @throws IllegalArgumentException when this is nothing that can be carried; says what it is
     */
    Frame frame(long arrivalNs) {
        try {
            return read(arrivalNs);
        } finally {
            NativeCalls.gst_mini_object_unref(sample);
            sample = 0;
        }
    }

    /** Whether the demuxer has moved the track's times with the last {@link #frame}. */
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

    private Frame read(long arrivalNs) {
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
