package io.livedub.media.gst.binding;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;

/**
 * Counts the bytes that rtmp2sink or rtmp2src has written to its socket, by its {@code stats} property. Thread-safe. 0 until the server has let the
 * element publish or play.
 */
public final class OutgoingBytes {
    /** sizeof(GValue): a GType and two unions of 8 bytes. */
    private static final int G_VALUE_SIZE = 24;

    private final Pointer element;
    private final long structureType = NativeCalls.gst_structure_get_type();
    private final Memory value = new Memory(G_VALUE_SIZE);
    private final LongByReference count = new LongByReference();

    public OutgoingBytes(Pointer element) {
        this.element = element;
    }

    public synchronized long read() {
        value.clear();
        NativeCalls.g_value_init(value, structureType);
        NativeCalls.g_object_get_property(element, "stats", value);
        Pointer structure = NativeCalls.g_value_get_boxed(value);
        boolean known = structure != null && NativeCalls.gst_structure_get_uint64(structure, "out-bytes-total", count);
        NativeCalls.g_value_unset(value);
        return known ? count.getValue() : 0;
    }
}
