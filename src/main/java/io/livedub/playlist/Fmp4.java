package io.livedub.playlist;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The two numbers of fragmented MP4 that a segment's place in time needs (ISO/IEC 14496-12). Reads within the bytes it is given only. */
final class Fmp4 {
    private static final int HEADER = 8;
    private static final long NS_PER_S = 1_000_000_000L;

    private Fmp4() {}

    /** Units a second of the first track of an initialization segment. */
    static long timescale(byte[] init) throws IOException {
        ByteBuffer header = inside(ByteBuffer.wrap(init), "moov", "trak", "mdia", "mdhd");
        boolean wide = header.remaining() > 0 && header.get(header.position()) == 1;
        int at = wide ? 20 : 12;
        if (header.remaining() < at + 4) {
            throw new IOException("mdhd is too short");
        }
        long scale = Integer.toUnsignedLong(header.getInt(header.position() + at));
        if (scale == 0) {
            throw new IOException("mdhd has no timescale");
        }
        return scale;
    }

    /** When the first fragment of a segment is decoded. */
    static long startNs(byte[] segment, long timescale) throws IOException {
        ByteBuffer time = inside(ByteBuffer.wrap(segment), "moof", "traf", "tfdt");
        boolean wide = time.remaining() > 0 && time.get(time.position()) == 1;
        if (time.remaining() < (wide ? 12 : 8)) {
            throw new IOException("tfdt is too short");
        }
        int at = time.position() + 4;
        long units = wide ? time.getLong(at) : Integer.toUnsignedLong(time.getInt(at));
        long seconds = units / timescale;
        if (units < 0 || seconds > Integer.MAX_VALUE) {
            throw new IOException("tfdt is out of range");
        }
        return seconds * NS_PER_S + units % timescale * NS_PER_S / timescale;
    }

    private static ByteBuffer inside(ByteBuffer bytes, String... path) throws IOException {
        ByteBuffer at = bytes;
        for (String type : path) {
            at = child(at, type).orElseThrow(() -> new IOException("no " + String.join("/", path)));
        }
        return at;
    }

    /** The content of the first box of that type. */
    private static Optional<ByteBuffer> child(ByteBuffer parent, String type) {
        int name = ByteBuffer.wrap(type.getBytes(StandardCharsets.US_ASCII)).getInt();
        int at = parent.position();
        while (parent.limit() - at >= HEADER) {
            long size = Integer.toUnsignedLong(parent.getInt(at));
            if (size < HEADER || size > parent.limit() - at) {
                return Optional.empty();
            }
            if (parent.getInt(at + 4) == name) {
                return Optional.of(parent.duplicate().position(at + HEADER).limit(at + (int) size));
            }
            at += (int) size;
        }
        return Optional.empty();
    }
}
