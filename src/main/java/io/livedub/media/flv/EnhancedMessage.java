package io.livedub.media.flv;

import java.io.ByteArrayOutputStream;

/**
 * Takes the default track out of an enhanced RTMP message that wraps it (enhanced RTMP v2): extensions in front ("ModEx"), and the multitrack
 * form, in which track 0 is the one that a plain message would carry. The further tracks are left out.
 */
final class EnhancedMessage {
    private static final int MULTITRACK_AUDIO = 5;
    private static final int MULTITRACK_VIDEO = 6;
    private static final int EXTENSION = 7;

    private static final int ONE_TRACK = 0;
    private static final int MANY_TRACKS = 1;
    private static final int MANY_CODECS = 2;
    private static final int FOUR_CC = 4;
    /** An encoder adds one or two. */
    private static final int MOST_EXTENSIONS = 8;

    /**
     * The default track's message in plain form: its first byte with the inner packet type, the fourCC, the data.
     *
     * @param multitrack whether the source wraps it as one of several tracks
     */
    record Plain(byte[] bytes, boolean multitrack) {}

    private final byte[] body;
    private final int multitrack;
    private int at = 1;

    private EnhancedMessage(byte[] body, boolean video) {
        this.body = body;
        multitrack = video ? MULTITRACK_VIDEO : MULTITRACK_AUDIO;
    }

    /** Whether a packet of this type wraps another one. */
    static boolean wraps(int packet, boolean video) {
        return packet == EXTENSION || packet == (video ? MULTITRACK_VIDEO : MULTITRACK_AUDIO);
    }

    /**
     * @param body a message of a type that {@link #wraps} another
     * @return null when the message has no track 0 or contradicts itself
     */
    static Plain plain(byte[] body, boolean video) {
        return new EnhancedMessage(body, video).read();
    }

    private Plain read() {
        int packet = body[0] & 15;
        for (int n = 0; packet == EXTENSION; n++) {
            packet = n < MOST_EXTENSIONS ? behindExtension() : EXTENSION;
            if (packet < 0 || n == MOST_EXTENSIONS) {
                return null;
            }
        }
        if (packet != multitrack) {
            return left() >= FOUR_CC ? plain(packet, at, at + FOUR_CC, body.length, false) : null;
        }
        if (left() < 1) {
            return null;
        }
        int kind = body[at] >> 4 & 15;
        packet = body[at++] & 15;
        return kind > MANY_CODECS || packet == EXTENSION || packet == multitrack ? null : defaultTrack(kind, packet);
    }

    /** Skips an extension and returns the type of the packet behind it; -1 when it is cut off. */
    private int behindExtension() {
        if (left() < 1) {
            return -1;
        }
        int size = (body[at++] & 255) + 1;
        if (size == 256) {
            if (left() < 2) {
                return -1;
            }
            size = number(2) + 1;
        }
        if (left() < size + 1) {
            return -1;
        }
        at += size;
        return body[at++] & 15;
    }

    private Plain defaultTrack(int kind, int packet) {
        int codec = at;
        if (kind != MANY_CODECS) {
            at += FOUR_CC;
        }
        while (left() > 0) {
            if (kind == MANY_CODECS) {
                codec = at;
                at += FOUR_CC;
            }
            if (left() < 1) {
                return null;
            }
            int track = body[at++] & 255;
            int size = left();
            if (kind != ONE_TRACK) {
                size = left() < 3 ? -1 : number(3);
            }
            if (size < 0 || size > left()) {
                return null;
            }
            if (track == 0) {
                return plain(packet, codec, at, at + size, true);
            }
            at += size;
        }
        return null;
    }

    private Plain plain(int packet, int codec, int from, int to, boolean ofSeveral) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 + FOUR_CC + to - from);
        out.write(body[0] & 0xf0 | packet);
        out.write(body, codec, FOUR_CC);
        out.write(body, from, to - from);
        return new Plain(out.toByteArray(), ofSeveral);
    }

    private int number(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | body[at++] & 255;
        }
        return value;
    }

    private int left() {
        return body.length - at;
    }
}
