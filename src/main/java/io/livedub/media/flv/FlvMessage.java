package io.livedub.media.flv;

import java.util.Arrays;

/** The payload of one tag. Its beginning is read at once, the rest on demand. */
record FlvMessage(
        byte[] head, int headLength, int from, int length, long stampMs, FlvReader.Payload payload, long arrivalNs) {
    /** A message whose payload is at hand. */
    static FlvMessage of(byte[] payload, long stampMs, long arrivalNs) {
        return new FlvMessage(
                payload,
                payload.length,
                0,
                payload.length,
                stampMs,
                (offset, length) -> Arrays.copyOfRange(payload, offset, offset + length),
                arrivalNs);
    }

    /** A byte of the payload's beginning; 0 beyond its end. */
    int head(int offset) {
        return offset < length && from + offset < headLength ? head[from + offset] & 255 : 0;
    }

    int signed24(int offset) {
        return (byte) head(offset) << 16 | head(offset + 1) << 8 | head(offset + 2);
    }

    int fourCc(int offset) {
        return head(offset) << 24 | head(offset + 1) << 16 | head(offset + 2) << 8 | head(offset + 3);
    }

    int left(int skip) {
        return length - skip;
    }

    byte[] bytes(int skip) {
        return payload.bytes(from + skip, Math.max(0, length - skip));
    }

    /** The first bytes of the payload, at most so many. */
    byte[] beginning(int most) {
        return payload.bytes(from, Math.min(length, most));
    }
}
