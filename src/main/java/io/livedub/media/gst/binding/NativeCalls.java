package io.livedub.media.gst.binding;

import com.sun.jna.Callback;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;

/**
 * The few C functions that are called for each frame, mapped directly: 19 µs a buffer where the binding's callbacks take 28–46 µs.
 * The binding makes pipelines; what flows through them is moved here.
 *
 * <p>Functions that are called for each frame take and give addresses as {@code long}: a {@link Pointer} that comes back is made through JNI, which
 * costs more than the call.
 *
 * <p>All of them are found through libgstapp, which the dynamic linker searches together with everything it depends on
 * (GStreamer, GObject, libc), so that one class has to be registered. {@link GstRuntime} does that; nothing here may be called before.
 */
public final class NativeCalls {
    private NativeCalls() {}

    /** GstPadProbeCallback. The thread belongs to GStreamer. */
    public interface PadProbe extends Callback {
        int PASS = 1;
        int REMOVE = 2;

        /**
         * @param info GstPadProbeInfo
         * @return one of GstPadProbeReturn: {@link #PASS}, {@link #REMOVE}
         */
        int callback(Pointer pad, Pointer info, Pointer userData);
    }

    /**
     * GstPadProbeCallback for what is called with each buffer. The thread belongs to GStreamer. The arguments are addresses: a {@link Pointer} for
     * each would be made through JNI.
     */
    public interface BufferProbe extends Callback {
        /** Nobody further down gets the buffer. */
        int DROP = 0;

        /**
         * @param info address of the GstPadProbeInfo
         * @return one of GstPadProbeReturn: {@link #DROP}
         */
        int callback(long pad, long info, long userData);
    }

    static native int madvise(long address, long length, int advice);

    public static native long gst_app_sink_try_pull_sample(long appSink, long timeoutNs);

    public static native boolean gst_app_sink_is_eos(Pointer appSink);

    static native int gst_app_src_push_buffer(long appSrc, long buffer);

    static native int gst_app_src_end_of_stream(Pointer appSrc);

    public static native void gst_app_src_set_caps(Pointer appSrc, Pointer caps);

    static native long gst_sample_get_buffer(long sample);

    public static native long gst_sample_get_caps(long sample);

    static native long gst_buffer_new_memdup(byte[] data, long size);

    static native long gst_buffer_new_memdup(long data, long size);

    static native Pointer gst_buffer_new();

    public static native long gst_buffer_get_size(Pointer buffer);

    public static native long gst_buffer_get_size(long buffer);

    public static native long gst_buffer_extract(Pointer buffer, long offset, byte[] destination, long size);

    public static native long gst_buffer_extract(long buffer, long offset, byte[] destination, long size);

    /** The array variant copies twice more: JNA takes the array out of the heap and puts it back. */
    public static native long gst_buffer_extract(long buffer, long offset, long destination, long size);

    static native int gst_buffer_get_flags(Pointer buffer);

    static native boolean gst_buffer_set_flags(Pointer buffer, int flags);

    static native boolean gst_buffer_copy_into(Pointer destination, Pointer source, int flags, long offset, long size);

    public static native Pointer gst_mini_object_ref(Pointer object);

    public static native void gst_mini_object_unref(Pointer object);

    public static native void gst_mini_object_unref(long object);

    public static native Pointer gst_caps_from_string(String caps);

    public static native Pointer gst_caps_get_structure(Pointer caps, int index);

    static native Pointer gst_structure_get_value(Pointer structure, String field);

    static native boolean gst_structure_get_int(Pointer structure, String field, IntByReference value);

    public static native boolean gst_structure_get_uint64(Pointer structure, String field, LongByReference value);

    public static native Pointer g_value_get_boxed(Pointer value);

    static native Pointer gst_element_get_bus(Pointer element);

    static native void gst_bus_set_sync_handler(Pointer bus, Pointer handler, Pointer userData, Pointer destroyNotify);

    static native Pointer gst_bus_timed_pop_filtered(Pointer bus, long timeoutNs, int types);

    static native void gst_message_parse_error(Pointer message, PointerByReference error, PointerByReference debug);

    static native Pointer gst_object_get_name(Pointer object);

    static native void gst_object_unref(Pointer object);

    static native Pointer gst_element_get_static_pad(Pointer element, String name);

    static native long gst_pad_add_probe(
            Pointer pad, int mask, PadProbe probe, Pointer userData, Pointer destroyNotify);

    static native long gst_pad_add_probe(
            Pointer pad, int mask, BufferProbe probe, Pointer userData, Pointer destroyNotify);

    static native void gst_element_set_base_time(Pointer element, long timeNs);

    static native void gst_element_set_start_time(Pointer element, long timeNs);

    static native void gst_pipeline_use_clock(Pointer pipeline, Pointer clock);

    static native Pointer gst_system_clock_obtain();

    static native long gst_clock_get_time(Pointer clock);

    public static native Pointer g_value_init(Pointer value, long type);

    public static native void g_value_unset(Pointer value);

    public static native long gst_structure_get_type();

    public static native void g_object_get_property(Pointer object, String name, Pointer value);

    static native void g_error_free(Pointer error);

    static native String g_quark_to_string(int quark);

    static native void g_free(Pointer memory);

    static native String g_getenv(String name);

    static native Pointer g_log_set_default_handler(GstLog.GlibFunction function, Pointer userData);

    static native void gst_debug_add_log_function(
            GstLog.DebugFunction function, Pointer userData, Pointer destroyNotify);

    static native int gst_debug_remove_log_function(Pointer function);

    static native Pointer gst_debug_category_get_name(Pointer category);

    static native Pointer gst_debug_message_get(Pointer message);
}
