package io.livedub.media.gst;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Boxes of an ISO base media file (ISO/IEC 14496-12, 4.2), as views into its bytes. Nothing is believed: a size that does not fit its
 * parent ends the list, and reading beyond a box throws {@link RuntimeException}s of ByteBuffer.
 */
final class Mp4Boxes {
    private static final int HEADER = 8;
    private static final int LONG_HEADER = 16;
    private static final int MAX_BOXES = 10_000;

    private Mp4Boxes() {}

    /** One box. */
    record Box(String type, ByteBuffer content) {}

    static List<Box> in(ByteBuffer parent) {
        List<Box> boxes = new ArrayList<>();
        ByteBuffer at = parent.duplicate();
        while (at.remaining() >= HEADER && boxes.size() < MAX_BOXES) {
            int start = at.position();
            long size = at.getInt() & 0xffffffffL;
            byte[] type = new byte[4];
            at.get(type);
            int header = HEADER;
            if (size == 1 && at.remaining() >= 8) {
                size = at.getLong();
                header = LONG_HEADER;
            } else if (size == 0) {
                size = (long) at.limit() - start;
            }
            if (size < header || size > at.limit() - start) {
                break;
            }
            boxes.add(new Box(
                    new String(type, StandardCharsets.ISO_8859_1),
                    parent.duplicate()
                            .limit(start + (int) size)
                            .position(start + header)
                            .slice()));
            at.position(start + (int) size);
        }
        return boxes;
    }

    /** The box at a path of types; null when there is none. */
    static ByteBuffer find(ByteBuffer parent, String... path) {
        ByteBuffer found = parent;
        for (String type : path) {
            ByteBuffer inside = found;
            found = in(inside).stream()
                    .filter(box -> box.type().equals(type))
                    .map(Box::content)
                    .findFirst()
                    .orElse(null);
            if (found == null) {
                return null;
            }
        }
        return found.duplicate();
    }
}
