package io.livedub.media.gst.binding;

import com.sun.jna.Pointer;

/** An appsrc that is fed. */
public final class AppSource {
    private final Pointer source;
    private final long address;

    public AppSource(Pointer source) {
        this.source = source;
        this.address = Pointer.nativeValue(source);
    }

    public Pointer pointer() {
        return source;
    }

    /**
     * Copies the bytes. What a source refuses it drops; the bus says why.
     *
     * @param durationNs may be {@link BufferLayout#CLOCK_TIME_NONE}
     */
    public void push(byte[] data, long ptsNs, long dtsNs, long durationNs, boolean keyframe) {
        push(NativeCalls.gst_buffer_new_memdup(data, data.length), ptsNs, dtsNs, durationNs, keyframe);
    }

    /** The same without duration, of what is in the window. */
    public void push(NativeWindow data, long ptsNs, long dtsNs, boolean keyframe) {
        long buffer =
                NativeCalls.gst_buffer_new_memdup(data.address(), data.bytes().position());
        push(buffer, ptsNs, dtsNs, BufferLayout.CLOCK_TIME_NONE, keyframe);
    }

    /** The source takes the buffer over. */
    private void push(long buffer, long ptsNs, long dtsNs, long durationNs, boolean keyframe) {
        Pointer fields = new Pointer(buffer);
        BufferLayout.set(fields, ptsNs, dtsNs, durationNs);
        if (!keyframe) {
            BufferLayout.addFlags(fields, BufferLayout.FLAG_DELTA_UNIT);
        }
        NativeCalls.gst_app_src_push_buffer(address, buffer);
    }

    public void end() {
        NativeCalls.gst_app_src_end_of_stream(source);
    }
}
