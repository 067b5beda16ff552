package io.livedub.media.flv;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the decoder configuration of a source that sends none: SPS and PPS then stand in front of each keyframe only, as in MPEG-TS. Waits
 * until both are there; they may come in messages of their own.
 */
final class ParameterSets {
    private static final int SPS = 7;
    private static final int PPS = 8;
    /** What an AVCDecoderConfigurationRecord can count (ISO/IEC 14496-15, 5.3.3.1). */
    private static final int MOST_SPS = 31;

    private static final int MOST_PPS = 255;
    private static final int MOST_SET = 4096;
    private static final int SHORTEST_SPS = 4;
    private static final int LARGEST_PPS_ID = 255;

    private List<byte[]> sps = List.of();
    private List<byte[]> pps = List.of();

    /**
     * Reads the parameter sets of an access unit.
     *
     * @param unit NAL units whose lengths add up
     * @param lengthSize bytes of each length
     * @return the configuration that they make, for lengths of the same size; null while a set is missing, or when the unit has none
     */
    byte[] configuration(byte[] unit, int lengthSize) {
        List<byte[]> itsSps = new ArrayList<>(1);
        List<byte[]> itsPps = new ArrayList<>(1);
        int at = 0;
        while (at + lengthSize < unit.length) {
            int length = 0;
            for (int i = 0; i < lengthSize; i++) {
                length = length << 8 | unit[at++] & 255;
            }
            int type = unit[at] & 31;
            if (type == SPS && length >= SHORTEST_SPS && length <= MOST_SET && itsSps.size() < MOST_SPS) {
                itsSps.add(copy(unit, at, length));
            } else if (type == PPS && length <= MOST_SET && itsPps.size() < MOST_PPS) {
                itsPps.add(copy(unit, at, length));
            }
            at += length;
        }
        if (itsSps.isEmpty() && itsPps.isEmpty()) {
            return null;
        }
        if (itsSps.isEmpty()) {
            // One PPS more, or one that has changed: pictures may still refer to the others.
            pps = with(pps, itsPps);
        } else {
            sps = itsSps;
            pps = itsPps.isEmpty() ? pps : itsPps;
        }
        return sps.isEmpty() || pps.isEmpty() ? null : record(lengthSize);
    }

    private static List<byte[]> with(List<byte[]> known, List<byte[]> newer) {
        Map<Integer, byte[]> byId = new LinkedHashMap<>();
        known.forEach(set -> byId.put(ppsId(set), set));
        newer.forEach(set -> byId.put(ppsId(set), set));
        return byId.values().stream().limit(MOST_PPS).toList();
    }

    /** pic_parameter_set_id, the first number of a PPS (ITU-T H.264, 7.3.2.2); -1 for what is cut off or larger than allowed. */
    private static int ppsId(byte[] pps) {
        ExpGolomb bits = new ExpGolomb(pps, 1, pps.length - 1);
        int id = bits.unsigned();
        return bits.good() && id <= LARGEST_PPS_ID ? id : -1;
    }

    private byte[] record(int lengthSize) {
        byte[] first = sps.get(0);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        out.write(first, 1, 3);
        out.write(0xfc | lengthSize - 1);
        out.write(0xe0 | sps.size());
        sps.forEach(set -> write(out, set));
        out.write(pps.size());
        pps.forEach(set -> write(out, set));
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, byte[] set) {
        out.write(set.length >> 8);
        out.write(set.length);
        out.writeBytes(set);
    }

    private static byte[] copy(byte[] unit, int from, int length) {
        byte[] set = new byte[length];
        System.arraycopy(unit, from, set, 0, length);
        return set;
    }
}
