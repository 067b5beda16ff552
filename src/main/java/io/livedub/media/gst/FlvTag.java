package io.livedub.media.gst;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The beginning of an FLV tag as rtmp2src and flvmux make them (Adobe's FLV specification, E.4), and of its enhanced-RTMP variant.
 *
 * @param type 8 audio, 9 video, 18 script data
 * @param timestampMs as on the wire, unsigned 32 bits
 * @param codec what a person calls it
 * @param supported H.264 or AAC in their classic FLV form, the only one that flvdemux 1.22 reads
 * @param header a decoder configuration, not a frame
 */
record FlvTag(int type, long timestampMs, String codec, boolean supported, boolean header) {
    static final int AUDIO = 8;
    static final int VIDEO = 9;
    /** Enough of a buffer's beginning for {@link #parse}: rtmp2src puts the 13 bytes of an FLV file header before its first tag. */
    static final int NEEDED = 32;

    private static final int FILE_HEADER = 13;
    private static final int TAG_HEADER = 11;
    private static final int ENHANCED_VIDEO = 0x80;
    private static final int ENHANCED_AUDIO = 9;
    private static final int AVC = 7;
    private static final int AAC = 10;
    private static final int SPEEX = 11;

    /** Empty for what is no tag of a track: script data, a lone file header, something too short to say. */
    static Optional<FlvTag> parse(byte[] bytes, int length) {
        int at = length >= FILE_HEADER && bytes[0] == 'F' && bytes[1] == 'L' && bytes[2] == 'V' ? FILE_HEADER : 0;
        if (length < at + TAG_HEADER + 2) {
            return Optional.empty();
        }
        int type = bytes[at] & 31;
        long timestamp = ((bytes[at + 7] & 255L) << 24)
                | ((bytes[at + 4] & 255L) << 16)
                | ((bytes[at + 5] & 255L) << 8)
                | (bytes[at + 6] & 255L);
        int flags = bytes[at + TAG_HEADER] & 255;
        boolean header = bytes[at + TAG_HEADER + 1] == 0;
        return switch (type) {
            case VIDEO ->
                Optional.of(
                        (flags & ENHANCED_VIDEO) != 0
                                ? new FlvTag(type, timestamp, fourCc(bytes, at, length), false, false)
                                : new FlvTag(type, timestamp, video(flags & 15), (flags & 15) == AVC, header));
            case AUDIO ->
                Optional.of(
                        (flags >> 4) == ENHANCED_AUDIO
                                ? new FlvTag(type, timestamp, fourCc(bytes, at, length), false, false)
                                : new FlvTag(type, timestamp, audio(flags >> 4), (flags >> 4) == AAC, header));
            default -> Optional.empty();
        };
    }

    /** By how much a picture of H.264 is shown after it is decoded, in ms; negative when before. Of what {@link #parse} took for a frame of it. */
    static int compositionMs(byte[] bytes, int length) {
        int at = (bytes[0] == 'F' ? FILE_HEADER : 0) + TAG_HEADER + 2;
        return length < at + 3 ? 0 : bytes[at] << 16 | (bytes[at + 1] & 255) << 8 | bytes[at + 2] & 255;
    }

    private static String fourCc(byte[] bytes, int at, int length) {
        int from = at + TAG_HEADER + 1;
        if (length < from + 4) {
            return "an enhanced-RTMP codec";
        }
        String code = new String(bytes, from, 4, StandardCharsets.ISO_8859_1).replaceAll("[^\\w-]", "?");
        return switch (code) {
            case "hvc1", "hev1" -> "HEVC (H.265)";
            case "av01" -> "AV1";
            case "vp09" -> "VP9";
            case "vp08" -> "VP8";
            case "avc1" -> "H.264 in enhanced-RTMP form";
            case "mp4a" -> "AAC in enhanced-RTMP form";
            case "Opus" -> "Opus";
            case "fLaC" -> "FLAC";
            case ".mp3" -> "MP3";
            default -> code;
        };
    }

    private static String video(int id) {
        return switch (id) {
            case 2 -> "Sorenson H.263";
            case 3, 6 -> "Screen Video";
            case 4, 5 -> "VP6";
            case AVC -> "H.264";
            case 12 -> "HEVC (H.265)";
            case 13 -> "AV1";
            default -> "video codec " + id;
        };
    }

    private static String audio(int id) {
        return switch (id) {
            case 0, 3 -> "PCM";
            case 1 -> "ADPCM";
            case 2, 14 -> "MP3";
            case 4, 5, 6 -> "Nellymoser";
            case 7, 8 -> "G.711";
            case AAC -> "AAC";
            case SPEEX -> "Speex";
            case 13 -> "Opus";
            default -> "audio codec " + id;
        };
    }
}
