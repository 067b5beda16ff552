package io.livedub.spool;

import java.nio.ByteBuffer;

/** The next record of a file, or the reason why no record follows. */
sealed interface Framed {
    /** A record whose checksum is right. */
    record Whole(int type, ByteBuffer payload) implements Framed {}

    /** The file ends before the record does. */
    record CutOff() implements Framed {}

    /** No record begins like this, or its checksum is wrong. */
    record Corrupt() implements Framed {}

    /** Takes it from the bytes; nothing is allocated. */
    static Framed next(ByteBuffer in) {
        if (in.remaining() < SpoolFormat.LENGTH) {
            return new CutOff();
        }
        int length = in.getInt();
        if (length < 1 || length > SpoolFormat.MOST_RECORD) {
            return new Corrupt();
        }
        if (in.remaining() < length + SpoolFormat.CHECKSUM) {
            return new CutOff();
        }
        int from = in.position();
        int sum = SpoolFormat.checksum(in.array(), from, length);
        if (in.getInt(from + length) != sum) {
            return new Corrupt();
        }
        ByteBuffer payload = in.slice(from + 1, length - 1);
        in.position(from + length + SpoolFormat.CHECKSUM);
        return new Whole(in.get(from), payload);
    }
}
