package io.livedub.media.flv;

import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * The codecs that {@code onMetaData} announces (Adobe's FLV specification, E.5; AMF0 specification). Everything else in it is skipped: width, rate
 * and the like are often wrong, and the decoder configurations say them.
 *
 * <p>Nested values are read to a depth of 4 and 500 values in all, and of a message only its first 16 KiB. The rest is not needed, and
 * a publisher can nest as deep as its message is long.
 */
final class OnMetaData {
    static final int MOST_BYTES = 16 * 1024;
    private static final int MOST_DEPTH = 4;
    private static final int MOST_VALUES = 500;
    private static final int MOST_CODEC_NAME = 16;

    private static final int NUMBER = 0;
    private static final int BOOLEAN = 1;
    private static final int STRING = 2;
    private static final int OBJECT = 3;
    private static final int NULL = 5;
    private static final int UNDEFINED = 6;
    private static final int REFERENCE = 7;
    private static final int ECMA_ARRAY = 8;
    private static final int STRICT_ARRAY = 10;
    private static final int DATE = 11;
    private static final int LONG_STRING = 12;

    private final byte[] bytes;
    private int at;
    private int values;
    private OptionalInt video = OptionalInt.empty();
    private OptionalInt audio = OptionalInt.empty();

    private OnMetaData(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Reads as far as it can be read; what is broken from some place on says what stands before it. */
    static OnMetaData read(byte[] bytes) {
        OnMetaData read = new OnMetaData(bytes);
        while (read.at < bytes.length && read.value(0, "")) {
            // The next value: "@setDataFrame", "onMetaData", then the object.
        }
        return read;
    }

    /** FLV's number of the video codec, 7 for H.264; a fourCC of enhanced RTMP as its 32 bits. Empty when it is not announced. */
    OptionalInt videoCodec() {
        return video;
    }

    /** FLV's number of the audio codec, 10 for AAC; a fourCC of enhanced RTMP as its 32 bits. Empty when it is not announced. */
    OptionalInt audioCodec() {
        return audio;
    }

    /** Reads one value; false when nothing more can be read. */
    private boolean value(int depth, String name) {
        if (depth > MOST_DEPTH || ++values > MOST_VALUES || at >= bytes.length) {
            return false;
        }
        int type = bytes[at++] & 255;
        return switch (type) {
            case NUMBER -> number(name);
            case BOOLEAN -> skip(1);
            case STRING -> text(name, 2);
            case LONG_STRING -> text(name, 4);
            case NULL, UNDEFINED -> true;
            case REFERENCE -> skip(2);
            case DATE -> skip(10);
            case OBJECT -> members(depth);
            // Its count is a hint that is often wrong: the end marker counts.
            case ECMA_ARRAY -> skip(4) && members(depth);
            case STRICT_ARRAY -> elements(depth);
            default -> false;
        };
    }

    private boolean members(int depth) {
        while (true) {
            if (at + 2 > bytes.length) {
                return false;
            }
            int length = unsigned(2);
            if (length == 0) {
                return skip(1);
            }
            String name = ascii(length);
            if (name == null || !value(depth + 1, name)) {
                return false;
            }
        }
    }

    private boolean elements(int depth) {
        if (at + 4 > bytes.length) {
            return false;
        }
        for (long left = unsigned(4) & 0xffff_ffffL; left > 0; left--) {
            if (!value(depth + 1, "")) {
                return false;
            }
        }
        return true;
    }

    private boolean number(String name) {
        if (at + 8 > bytes.length) {
            return false;
        }
        long bits = (long) unsigned(4) << 32 | unsigned(4) & 0xffff_ffffL;
        double number = Double.longBitsToDouble(bits);
        // A fourCC with its top bit set does not occur: its letters are ASCII. NaN fails both comparisons.
        if (number >= 0 && number <= Integer.MAX_VALUE) {
            announce(name, (int) number);
        }
        return true;
    }

    private boolean text(String name, int lengthBytes) {
        if (at + lengthBytes > bytes.length) {
            return false;
        }
        int length = unsigned(lengthBytes);
        int from = at;
        if (!skip(length)) {
            return false;
        }
        if (length > 0 && length <= MOST_CODEC_NAME) {
            announce(name, codecOf(new String(bytes, from, length, StandardCharsets.ISO_8859_1)));
        }
        return true;
    }

    private static int codecOf(String name) {
        return switch (name) {
            case "avc1", "H264", "h264" -> FlvCodecs.AVC;
            case "mp4a", "AAC", "aac" -> FlvCodecs.AAC;
            default -> name.length() == 4 ? FlvCodecs.fourCc(name) : 0;
        };
    }

    private void announce(String name, int codec) {
        if (codec > 0 && name.equals("videocodecid")) {
            video = OptionalInt.of(codec);
        } else if (codec > 0 && name.equals("audiocodecid")) {
            audio = OptionalInt.of(codec);
        }
    }

    /** The next bytes as a name; null when they are not there. */
    private String ascii(int length) {
        int from = at;
        return skip(length) ? new String(bytes, from, length, StandardCharsets.ISO_8859_1) : null;
    }

    private boolean skip(int count) {
        if (count < 0 || count > bytes.length - at) {
            return false;
        }
        at += count;
        return true;
    }

    private int unsigned(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = value << 8 | bytes[at++] & 255;
        }
        return value;
    }
}
