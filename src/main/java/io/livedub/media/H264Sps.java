package io.livedub.media;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What an H.264 sequence parameter set (ITU-T H.264, 7.3.2.1.1) says about the picture. The source's script tag says it too, and is wrong in the
 * field (width −1, 0, 65536); a decoder believes the parameter set alone. The VUI at its end is not read.
 *
 * @param width picture width in pixels, cropping taken off; 1…16880
 * @param height picture height in pixels, cropping taken off; 1…16880
 * @param profile profile_idc: 66 Baseline, 77 Main, 100 High …
 * @param constraints the constraint_set flags, as the byte that is sent
 * @param level level_idc: ten times the level
 */
public record H264Sps(int width, int height, int profile, int constraints, int level) {
    private static final int NAL_TYPE_SPS = 7;
    private static final int HEADER_BYTES = 6;
    private static final int COUNT_MASK = 0x1f;

    /** An SPS with every scaling list takes about 1 KB; what is longer is not read. */
    private static final int MAX_SPS_BYTES = 4096;

    private static final Set<Integer> PROFILES_WITH_CHROMA_FORMAT =
            Set.of(44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244);
    /** Level 6.2, the highest: 139264 macroblocks, and no side longer than the root of eight times that. */
    private static final int MAX_MACROBLOCKS = 139_264;

    private static final int MAX_SIDE_MACROBLOCKS = 1_055;
    private static final int MACROBLOCK = 16;

    /**
     * The first sequence parameter set of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1).
     *
     * @return empty without an SPS, or when it is damaged
     */
    public static Optional<H264Sps> ofAvcC(byte[] avcC) {
        if (avcC.length < HEADER_BYTES + 2 || (avcC[HEADER_BYTES - 1] & COUNT_MASK) == 0) {
            return Optional.empty();
        }
        int length = (avcC[HEADER_BYTES] & 255) << 8 | (avcC[HEADER_BYTES + 1] & 255);
        int from = HEADER_BYTES + 2;
        return length > avcC.length - from
                ? Optional.empty()
                : ofNal(Arrays.copyOfRange(avcC, from, from + Math.min(length, MAX_SPS_BYTES)));
    }

    /**
     * A NAL unit with its header byte, without start code or length.
     *
     * @return empty when it is not a sequence parameter set, or is damaged
     */
    public static Optional<H264Sps> ofNal(byte[] nal) {
        if (nal.length < 4 || (nal[0] & COUNT_MASK) != NAL_TYPE_SPS) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(new Bits(
                    withoutEmulationPrevention(Arrays.copyOfRange(nal, 1, Math.min(nal.length, MAX_SPS_BYTES))),
                    "SPS")));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static H264Sps read(Bits bits) {
        int profile = bits.read(8);
        int constraints = bits.read(8);
        int level = bits.read(8);
        bits.unsigned(31);
        int chromaFormat = 1;
        boolean separatePlanes = false;
        if (PROFILES_WITH_CHROMA_FORMAT.contains(profile)) {
            chromaFormat = bits.unsigned(3);
            separatePlanes = chromaFormat == 3 && bits.flag();
            bits.unsigned(6);
            bits.unsigned(6);
            bits.skip(1);
            if (bits.flag()) {
                scalingLists(bits, chromaFormat == 3 ? 12 : 8);
            }
        }
        bits.unsigned(12);
        orderCount(bits);
        bits.unsigned(255);
        bits.skip(1);
        int across = bits.unsigned(MAX_SIDE_MACROBLOCKS - 1) + 1;
        int units = bits.unsigned(MAX_SIDE_MACROBLOCKS - 1) + 1;
        boolean framesOnly = bits.flag();
        if (!framesOnly) {
            bits.skip(1);
        }
        bits.skip(1);
        int down = framesOnly ? units : 2 * units;
        if (down > MAX_SIDE_MACROBLOCKS || across * down > MAX_MACROBLOCKS) {
            throw new IllegalArgumentException("SPS has a picture of " + across + "x" + down + " macroblocks");
        }
        int width = across * MACROBLOCK;
        int height = down * MACROBLOCK;
        if (bits.flag()) {
            boolean noChroma = chromaFormat == 0 || separatePlanes;
            int unitX = noChroma || chromaFormat == 3 ? 1 : 2;
            int unitY = (noChroma || chromaFormat != 1 ? 1 : 2) * (framesOnly ? 1 : 2);
            width -= unitX * (bits.unsigned(width) + bits.unsigned(width));
            height -= unitY * (bits.unsigned(height) + bits.unsigned(height));
        }
        if (width <= 0 || height <= 0) {
            throw new IllegalArgumentException("SPS crops the whole picture");
        }
        return new H264Sps(width, height, profile, constraints, level);
    }

    private static void orderCount(Bits bits) {
        int type = bits.unsigned(2);
        if (type == 0) {
            bits.unsigned(12);
        } else if (type == 1) {
            bits.skip(1);
            bits.signed();
            bits.signed();
            int cycle = bits.unsigned(255);
            for (int i = 0; i < cycle; i++) {
                bits.signed();
            }
        }
    }

    private static void scalingLists(Bits bits, int lists) {
        for (int list = 0; list < lists; list++) {
            if (!bits.flag()) {
                continue;
            }
            int size = list < 6 ? 16 : 64;
            int last = 8;
            for (int i = 0; i < size; i++) {
                int next = (last + bits.signed()) & 255;
                if (next == 0) {
                    break;
                }
                last = next;
            }
        }
    }

    /** Encoders put a 3 after two zeros, so that no start code appears inside a NAL unit (7.4.1). */
    private static byte[] withoutEmulationPrevention(byte[] escaped) {
        byte[] plain = new byte[escaped.length];
        int length = 0;
        int zeros = 0;
        for (byte value : escaped) {
            if (zeros >= 2 && value == 3) {
                zeros = 0;
                continue;
            }
            zeros = value == 0 ? zeros + 1 : 0;
            plain[length++] = value;
        }
        return Arrays.copyOf(plain, length);
    }
}
