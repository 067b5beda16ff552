package io.livedub.media.gst.binding;

import java.nio.ByteBuffer;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * Memory that both Java and C reach by its address, used again for each buffer that crosses. An array costs more: JNA takes a copy of it out
 * of the heap before the call, and puts that back after it.
 */
public final class NativeWindow {
    private final ByteBuffer bytes;
    private final long address;

    public NativeWindow(int size) {
        bytes = ByteBuffer.allocateDirect(size);
        address = Pointer.nativeValue(Native.getDirectBufferPointer(bytes));
    }

    public ByteBuffer bytes() {
        return bytes;
    }

    public int size() {
        return bytes.capacity();
    }

    public long address() {
        return address;
    }
}
