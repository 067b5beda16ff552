package io.livedub.media.gst.binding;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * Where the fields of GstBuffer, GstEvent and GstMessage lie on 64-bit machines (gstbuffer.h, gstevent.h, gstmessage.h).
 * The layout is part of GStreamer's stable 1.x ABI; reading by offset replaces a JNA structure that costs 10 µs a buffer.
 * {@link #verify()} still asks the library itself once, because a wrong offset would corrupt every timestamp without an error.
 */
public final class BufferLayout {
    public static final long CLOCK_TIME_NONE = -1;
    static final int FLAG_DELTA_UNIT = 1 << 13;

    static final int MESSAGE_TYPE = 64;
    static final int MESSAGE_SOURCE = 80;

    public static final int PROBE_INFO_DATA = 16;

    private static final int EVENT_TYPE = 64;
    /** GST_EVENT_EOS without its flags, which are the lower eight bits. */
    private static final int END_OF_STREAM = 110;

    private static final int FLAGS = 16;
    private static final int PTS = 72;
    private static final int DTS = 80;
    private static final int DURATION = 88;
    private static final int COPY_FLAGS_AND_TIMESTAMPS = 1 | 1 << 1;

    private BufferLayout() {}

    /** The buffer of a sample, which stays the sample's. */
    public static Pointer of(long sample) {
        return new Pointer(NativeCalls.gst_sample_get_buffer(sample));
    }

    /** The address of the buffer that a probe is called for. */
    public static long ofProbe(long info) {
        return new Pointer(info).getLong(PROBE_INFO_DATA);
    }

    public static long pts(Pointer buffer) {
        return buffer.getLong(PTS);
    }

    static long dts(Pointer buffer) {
        return buffer.getLong(DTS);
    }

    /** Only for a buffer that nobody else holds. */
    static void dts(Pointer buffer, long dtsNs) {
        buffer.setLong(DTS, dtsNs);
    }

    public static boolean isEndOfStream(Pointer event) {
        return event.getInt(EVENT_TYPE) >> 8 == END_OF_STREAM;
    }

    static int flags(Pointer buffer) {
        return buffer.getInt(FLAGS);
    }

    static void set(Pointer buffer, long ptsNs, long dtsNs, long durationNs) {
        buffer.setLong(PTS, ptsNs);
        buffer.setLong(DTS, dtsNs);
        buffer.setLong(DURATION, durationNs);
    }

    static void addFlags(Pointer buffer, int flags) {
        buffer.setInt(FLAGS, buffer.getInt(FLAGS) | flags);
    }

    /** The bytes of a buffer, copied: it does not outlive its owner. */
    public static byte[] bytes(Pointer buffer) {
        int size = Math.toIntExact(NativeCalls.gst_buffer_get_size(buffer));
        byte[] data = new byte[size];
        NativeCalls.gst_buffer_extract(buffer, 0, data, size);
        return data;
    }

    /**
     * Lets the library copy what lies at these offsets, as timestamps and as flags, and compares.
     *
     * @throws IllegalStateException when the machine or the library has another layout
     */
    static void verify() {
        if (Native.POINTER_SIZE != 8) {
            throw new IllegalStateException(
                    "a 64-bit machine is needed; pointers here have " + Native.POINTER_SIZE + " bytes");
        }
        Pointer from = NativeCalls.gst_buffer_new();
        Pointer to = NativeCalls.gst_buffer_new();
        try {
            boolean fresh = pts(from) == CLOCK_TIME_NONE
                    && dts(from) == CLOCK_TIME_NONE
                    && from.getLong(DURATION) == CLOCK_TIME_NONE;
            set(from, 1_000_000_007L, 2_000_000_011L, 3_000_000_019L);
            NativeCalls.gst_buffer_set_flags(from, FLAG_DELTA_UNIT);
            NativeCalls.gst_buffer_copy_into(to, from, COPY_FLAGS_AND_TIMESTAMPS, 0, -1);
            boolean copied = pts(to) == 1_000_000_007L
                    && dts(to) == 2_000_000_011L
                    && to.getLong(DURATION) == 3_000_000_019L
                    && (flags(to) & FLAG_DELTA_UNIT) != 0
                    && NativeCalls.gst_buffer_get_flags(to) == flags(to);
            if (!fresh || !copied) {
                throw new IllegalStateException(
                        "this GStreamer lays GstBuffer out in a way this program does not know");
            }
        } finally {
            NativeCalls.gst_mini_object_unref(from);
            NativeCalls.gst_mini_object_unref(to);
        }
    }
}
