package io.livedub.media.gst.source;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Copies what an RTMP client sends, each message with a full chunk header (Adobe's RTMP specification, 5.3.1).
 *
 * <p>rtmp2src sends its second acknowledgement window with a header of type 3, because it is like the first one. MediaMTX 1.11 takes that
 * for a mistake and closes the connection.
 */
final class FullChunkHeaders {
    private static final int HANDSHAKE = 1 + 2 * 1536;
    private static final int FIRST_CHUNK_SIZE = 128;
    /** A reader sends commands only. */
    private static final int MOST_BYTES = 64 * 1024;

    private static final int SET_CHUNK_SIZE = 1;
    private static final int[] HEADERS = {11, 7, 3, 0};
    private static final int EXTENDED = 0xFFFFFF;

    /** What a chunk stream remembers from its last header. */
    private static final class ChunkStream {
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        int field;
        int stamp;
        int length;
        int kind;
        int messageStream;
    }

    private final DataInputStream from;
    private final OutputStream to;
    private final Map<Integer, ChunkStream> streams = new HashMap<>();
    private int chunkSize = FIRST_CHUNK_SIZE;

    FullChunkHeaders(DataInputStream from, OutputStream to) {
        this.from = from;
        this.to = to;
    }

    /** Copies until one of the two ends; throws then. */
    void copy() throws IOException {
        // C0, C1 and C2: the client sends C2 when it has the server's answer, which takes another way.
        int left = HANDSHAKE;
        byte[] some = new byte[HANDSHAKE];
        while (left > 0) {
            int read = from.read(some, 0, left);
            if (read < 0) {
                throw new IOException("the client has closed the connection");
            }
            to.write(some, 0, read);
            left -= read;
        }
        while (true) {
            chunk();
        }
    }

    private void chunk() throws IOException {
        int first = from.readUnsignedByte();
        int number = first & 63;
        if (number < 2) {
            throw new IOException("chunk stream numbers above 63 are not used by rtmp2src");
        }
        ChunkStream stream = streams.computeIfAbsent(number, n -> new ChunkStream());
        boolean begins = stream.body.size() == 0;
        header(stream, first >> 6, begins);
        int count = Math.min(chunkSize, stream.length - stream.body.size());
        stream.body.write(from.readNBytes(count));
        if (stream.body.size() == stream.length) {
            send(number, stream);
            stream.body.reset();
        }
    }

    private void header(ChunkStream stream, int form, boolean begins) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(12).put(1, from.readNBytes(HEADERS[form]));
        if (form < 3) {
            stream.field = head.getInt(0) & EXTENDED;
        }
        if (form < 2) {
            stream.length = head.getInt(3) & EXTENDED;
            stream.kind = head.get(7) & 255;
        }
        if (form == 0) {
            stream.messageStream = head.getInt(8);
        }
        if (stream.length > MOST_BYTES) {
            throw new IOException("a message of " + stream.length + " bytes");
        }
        int value = stream.field == EXTENDED ? from.readInt() : stream.field;
        if (begins && form < 3) {
            stream.stamp = form == 0 ? value : stream.stamp + value;
        }
    }

    private void send(int number, ChunkStream stream) throws IOException {
        byte[] body = stream.body.toByteArray();
        boolean extended = Integer.compareUnsigned(stream.stamp, EXTENDED) >= 0;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(number);
        ByteBuffer head = ByteBuffer.allocate(16)
                .putInt(0, extended ? EXTENDED : stream.stamp)
                .putInt(4, stream.length << 8 | stream.kind)
                .putInt(8, stream.messageStream)
                .putInt(12, stream.stamp);
        out.write(head.array(), 1, extended ? 15 : 11);
        for (int at = 0; at < body.length; at += chunkSize) {
            if (at > 0) {
                out.write(0xC0 | number);
                out.write(head.array(), 12, extended ? 4 : 0);
            }
            out.write(body, at, Math.min(chunkSize, body.length - at));
        }
        to.write(out.toByteArray());
        if (stream.kind == SET_CHUNK_SIZE && body.length >= 4) {
            chunkSize = Math.max(1, ByteBuffer.wrap(body).getInt() & Integer.MAX_VALUE);
        }
    }
}
