package io.livedub.playlist;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Makes boxes of ISO base media files. */
final class Boxes {
    private Boxes() {}

    static byte[] box(String type, byte[]... content) {
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (byte[] part : content) {
            inside.writeBytes(part);
        }
        return ByteBuffer.allocate(8 + inside.size())
                .putInt(8 + inside.size())
                .put(type.getBytes(StandardCharsets.US_ASCII))
                .put(inside.toByteArray())
                .array();
    }
}
