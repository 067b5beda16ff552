package io.livedub.media.gst.source;

import java.util.function.Consumer;

import com.sun.jna.Pointer;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.flv.FlvReader;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.NativeCalls;

/** Takes FLV tags out of an appsink and gives them to the reader, each byte copied once. Used by one thread. */
final class FlvTagPuller {
    private final Pointer sink;
    private final long address;
    private final FlvReader reader;
    private final byte[] head = new byte[FlvReader.HEAD];
    private Pointer current;
    private boolean ofTrack;
    private long size;

    FlvTagPuller(Pointer sink, FlvReader reader) {
        this.sink = sink;
        this.address = Pointer.nativeValue(sink);
        this.reader = reader;
    }

    /**
     * Reads the next tag.
     *
     * @param waitNs how long to wait for it
     * @return false when none came
     */
    boolean next(long waitNs, MediaClock clock, Consumer<Frame> out) {
        long sample = NativeCalls.gst_app_sink_try_pull_sample(address, waitNs);
        if (sample == 0) {
            return false;
        }
        try {
            current = BufferLayout.of(sample);
            size = NativeCalls.gst_buffer_get_size(current);
            int length = (int) NativeCalls.gst_buffer_extract(current, 0, head, head.length);
            ofTrack = reader.accept(head, length, size, this::bytes, clock.nowNs(), out) != null;
        } finally {
            current = null;
            NativeCalls.gst_mini_object_unref(sample);
        }
        return true;
    }

    /** Whether the last tag was one of sound or picture. Servers send script data to players that wait for a publisher, too. */
    boolean ofTrack() {
        return ofTrack;
    }

    /** Bytes of the last tag. */
    long size() {
        return size;
    }

    boolean ended() {
        return NativeCalls.gst_app_sink_is_eos(sink);
    }

    private byte[] bytes(int offset, int length) {
        byte[] data = new byte[length];
        NativeCalls.gst_buffer_extract(current, offset, data, length);
        return data;
    }
}
