package io.livedub.media.gst.sink;

import java.util.Optional;

/**
 * The beginning of an FLV tag of sound or picture that is about to be sent (Adobe's FLV specification, E.4).
 * A publisher's tags are read by {@link io.livedub.media.flv.FlvReader}, which trusts none of their sizes.
 *
 * @param type 8 audio, 9 video
 * @param timestampMs as on the wire, unsigned 32 bits
 * @param header a decoder configuration, not a frame
 */
record FlvTag(int type, long timestampMs, boolean header) {
    static final int AUDIO = 8;
    static final int VIDEO = 9;
    /** Bytes of a tag's beginning for {@link #parse}. */
    static final int NEEDED = 13;

    /** Empty for script data and for fewer bytes than {@link #NEEDED}. */
    static Optional<FlvTag> parse(byte[] bytes, int length) {
        if (length < NEEDED) {
            return Optional.empty();
        }
        int type = bytes[0] & 31;
        if (type != AUDIO && type != VIDEO) {
            return Optional.empty();
        }
        long timestamp =
                ((bytes[7] & 255L) << 24) | ((bytes[4] & 255L) << 16) | ((bytes[5] & 255L) << 8) | (bytes[6] & 255L);
        return Optional.of(new FlvTag(type, timestamp, bytes[12] == 0));
    }
}
