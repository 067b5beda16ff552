package io.livedub.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), and the MPEG-4 descriptors that the sound's box holds. */
final class Mp4Boxes {
    private static final int HEADER = 8;
    /** Length of an expandable size (ISO/IEC 14496-1, 8.3.3) that is always written with four bytes. */
    private static final int DESCRIPTOR_HEADER = 5;

    private Mp4Boxes() {}

    static byte[] box(String type, byte[]... parts) {
        int size = HEADER;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer box = ByteBuffer.allocate(size).putInt(size).put(type.getBytes(StandardCharsets.US_ASCII));
        for (byte[] part : parts) {
            box.put(part);
        }
        return box.array();
    }

    /** A box with a version and flags in front of its fields. */
    static byte[] full(String type, int version, int flags, byte[]... parts) {
        byte[][] all = new byte[parts.length + 1][];
        all[0] = ints((long) version << 24 | flags);
        System.arraycopy(parts, 0, all, 1, parts.length);
        return box(type, all);
    }

    /** Fields of 32 bits. */
    static byte[] ints(long... values) {
        ByteBuffer fields = ByteBuffer.allocate(values.length * Integer.BYTES);
        for (long value : values) {
            fields.putInt((int) value);
        }
        return fields.array();
    }

    /** Fields of 16 bits. */
    static byte[] shorts(int... values) {
        ByteBuffer fields = ByteBuffer.allocate(values.length * Short.BYTES);
        for (int value : values) {
            fields.putShort((short) value);
        }
        return fields.array();
    }

    static byte[] bytes(int... values) {
        ByteBuffer fields = ByteBuffer.allocate(values.length);
        for (int value : values) {
            fields.put((byte) value);
        }
        return fields.array();
    }

    static byte[] text(String characters) {
        return characters.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] descriptor(int tag, byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        ByteBuffer descriptor = ByteBuffer.allocate(DESCRIPTOR_HEADER + size)
                .put((byte) tag)
                .putInt(0x80808000
                        | (size & 0xFE00000) << 3
                        | (size & 0x1FC000) << 2
                        | (size & 0x3F80) << 1
                        | size & 0x7F);
        for (byte[] part : parts) {
            descriptor.put(part);
        }
        return descriptor.array();
    }
}
