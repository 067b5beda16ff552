package io.livedub.media.gst.sink;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

import io.livedub.media.gst.binding.NativeCalls;

/** Counts the bytes that rtmp2sink has written to its socket, by its {@code stats} property. Thread-safe. */
final class OutgoingBytes {
    /** sizeof(GValue): a GType and two unions of 8 bytes. */
    private static final int G_VALUE_SIZE = 24;

    private final Pointer sink;
    private final long structureType = NativeCalls.gst_structure_get_type();
    private final Memory value = new Memory(G_VALUE_SIZE);
    private final LongByReference count = new LongByReference();

    OutgoingBytes(Pointer sink) {
        this.sink = sink;
    }

    synchronized long read() {
        value.clear();
        NativeCalls.g_value_init(value, structureType);
        NativeCalls.g_object_get_property(sink, "stats", value);
        Pointer structure = NativeCalls.g_value_get_boxed(value);
        boolean known = structure != null && NativeCalls.gst_structure_get_uint64(structure, "out-bytes-total", count);
        NativeCalls.g_value_unset(value);
        return known ? count.getValue() : 0;
    }
}
