package io.livedub.media.gst;

import com.sun.jna.Pointer;

import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;

/** Makes frames of an appsink's samples; one for each track, used by one thread. Holds a reference to the last caps: {@link #close}. */
final class SampleReader implements AutoCloseable {
    private final Track track;
    private Pointer caps;
    private Format format;
    private boolean resync;

    SampleReader(Track track) {
        this.track = track;
    }

    /**
     * Copies the sample's buffer; the sample stays the caller's.
     *
     * @return null when the buffer has no time or its decoder configuration is not known yet
     */
    Frame read(Pointer sample, long arrivalNs) {
        Pointer buffer = NativeCalls.gst_sample_get_buffer(sample);
        Format now = format(NativeCalls.gst_sample_get_caps(sample));
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

    /** Whether the demuxer has moved the track's times with the frame that was read last. */
    boolean resync() {
        return resync;
    }

    @Override
    public void close() {
        if (caps != null) {
            NativeCalls.gst_mini_object_unref(caps);
            caps = null;
        }
    }

    /**
     * Caps are compared by address, which is safe because the last ones are held. Parsers renew them for reasons that change nothing (a frame rate
     * found later): equal formats stay the same instance.
     */
    private Format format(Pointer current) {
        if (current == null || current.equals(caps)) {
            return format;
        }
        NativeCalls.gst_mini_object_ref(current);
        close();
        caps = current;
        Format read = Caps.read(current, track);
        if (read != null && !read.equals(format)) {
            format = read;
        }
        return format;
    }
}
