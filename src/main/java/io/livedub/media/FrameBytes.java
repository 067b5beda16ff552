package io.livedub.media;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.Checksum;

/**
 * The bytes of a frame: a whole array, or a part of one that holds the frames of half a second, see {@link FrameStore}. Never changed. Compared by
 * value.
 */
public final class FrameBytes {
    private final byte[] array;
    private final int offset;
    private final int size;

    FrameBytes(byte[] array, int offset, int size) {
        Objects.checkFromIndexSize(offset, size, array.length);
        this.array = array;
        this.offset = offset;
        this.size = size;
    }

    /** @param array not to be changed any more */
    public static FrameBytes of(byte[] array) {
        return new FrameBytes(array, 0, array.length);
    }

    public int size() {
        return size;
    }

    /** @throws IndexOutOfBoundsException beyond the frame's end */
    public byte at(int index) {
        return array[offset + Objects.checkIndex(index, size)];
    }

    /** @return the bytes for themselves; a copy where they are part of a larger array */
    public byte[] toArray() {
        return size == array.length ? array : Arrays.copyOfRange(array, offset, offset + size);
    }

    /** {@code length} bytes from {@code from} on, to be read only. */
    public ByteBuffer part(int from, int length) {
        return ByteBuffer.wrap(array, offset + Objects.checkFromIndexSize(from, length, size), length)
                .slice();
    }

    public void putInto(ByteBuffer to) {
        to.put(array, offset, size);
    }

    public void writeTo(OutputStream to) throws IOException {
        to.write(array, offset, size);
    }

    public void sumUp(Checksum sum) {
        sum.update(array, offset, size);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof FrameBytes that
                        && Arrays.equals(
                                array, offset, offset + size, that.array, that.offset, that.offset + that.size);
    }

    @Override
    public int hashCode() {
        return part(0, size).hashCode();
    }
}
