package io.livedub.media.flv;

/** Numbers and names of codecs in FLV (Adobe's FLV specification, E.4.2 and E.4.3) and in enhanced RTMP (fourCC). */
final class FlvCodecs {
    static final int AVC = 7;
    static final int AAC = 10;
    static final int FOURCC_AVC = fourCc("avc1");
    static final int FOURCC_AAC = fourCc("mp4a");

    private FlvCodecs() {}

    static int fourCc(String name) {
        return name.charAt(0) << 24 | name.charAt(1) << 16 | name.charAt(2) << 8 | name.charAt(3);
    }

    static boolean isAvc(int codec) {
        return codec == AVC || codec == FOURCC_AVC;
    }

    static boolean isAac(int codec) {
        return codec == AAC || codec == FOURCC_AAC;
    }

    /** The common name of a video codec. */
    static String video(int codec) {
        return switch (codec) {
            case 2 -> "Sorenson H.263";
            case 3, 6 -> "Screen Video";
            case 4, 5 -> "VP6";
            case AVC -> "H.264";
            case 12 -> "HEVC (H.265)";
            case 13 -> "AV1";
            default -> codec > 255 ? fourCcName(codec) : "video codec " + codec;
        };
    }

    /** The common name of an audio codec. */
    static String audio(int codec) {
        return switch (codec) {
            case 0, 3 -> "PCM";
            case 1 -> "ADPCM";
            case 2, 14 -> "MP3";
            case 4, 5, 6 -> "Nellymoser";
            case 7, 8 -> "G.711";
            case AAC -> "AAC";
            case 11 -> "Speex";
            case 13 -> "Opus";
            default -> codec > 255 ? fourCcName(codec) : "audio codec " + codec;
        };
    }

    private static String fourCcName(int codec) {
        StringBuilder name = new StringBuilder(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            char c = (char) (codec >> shift & 255);
            name.append(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' ? c : '?');
        }
        return switch (name.toString()) {
            case "hvc1", "hev1" -> "HEVC (H.265)";
            case "av01" -> "AV1";
            case "vp09" -> "VP9";
            case "vp08" -> "VP8";
            case "avc1" -> "H.264";
            case "mp4a" -> "AAC";
            case "Opus" -> "Opus";
            case "fLaC" -> "FLAC";
            case "?mp3" -> "MP3";
            case "ac-3" -> "AC-3";
            case "ec-3" -> "E-AC-3";
            default -> "codec " + name;
        };
    }
}
