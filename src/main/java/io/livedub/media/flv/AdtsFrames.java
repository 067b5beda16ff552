package io.livedub.media.flv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * AAC frames with ADTS headers (ISO/IEC 14496-3, 1.A.2), which some encoders leave in front of what FLV wants raw. Believed only when
 * the headers' lengths lead exactly to the end of the message: a raw AAC frame begins with the same 12 bits only when it is empty.
 */
final class AdtsFrames {
    private static final int HEADER = 7;
    private static final int CRC = 2;
    private static final int MOST_FRAMES = 64;

    private AdtsFrames() {}

    /** The raw frames, or null when these are no ADTS frames. */
    static List<byte[]> read(byte[] data) {
        if (!headed(data, 0)) {
            return null;
        }
        List<byte[]> frames = new ArrayList<>(1);
        int at = 0;
        while (at < data.length) {
            if (!headed(data, at) || frames.size() == MOST_FRAMES) {
                return null;
            }
            int header = (data[at + 1] & 1) == 0 ? HEADER + CRC : HEADER;
            int length = length(data, at);
            if (length <= header || length > data.length - at || (data[at + 6] & 3) != 0) {
                // Several raw data blocks behind one header cannot be told apart without decoding them.
                return null;
            }
            frames.add(Arrays.copyOfRange(data, at + header, at + length));
            at += length;
        }
        return frames;
    }

    /** The AudioSpecificConfig that the first header implies: two bytes. */
    static byte[] configuration(byte[] data) {
        int profile = (data[2] >> 6 & 3) + 1;
        int rateIndex = data[2] >> 2 & 15;
        int channels = (data[2] & 1) << 2 | data[3] >> 6 & 3;
        int bits = profile << 11 | rateIndex << 7 | channels << 3;
        return new byte[] {(byte) (bits >> 8), (byte) bits};
    }

    private static boolean headed(byte[] data, int at) {
        return data.length - at > HEADER && data[at] == (byte) 0xff && (data[at + 1] & 0xf6) == 0xf0;
    }

    private static int length(byte[] data, int at) {
        return (data[at + 3] & 3) << 11 | (data[at + 4] & 255) << 3 | (data[at + 5] & 255) >> 5;
    }
}
