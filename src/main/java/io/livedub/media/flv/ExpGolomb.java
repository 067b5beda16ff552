package io.livedub.media.flv;

/** Exp-Golomb numbers of H.264 (ITU-T H.264, 9.1), bounded; reading beyond the end gives 0 and {@link #good()} says so. */
final class ExpGolomb {
    private final byte[] data;
    private final int endBit;
    private int bit;
    private boolean good = true;

    ExpGolomb(byte[] data, int from, int length) {
        this.data = data;
        bit = from * 8;
        endBit = (from + Math.max(0, length)) * 8;
    }

    /** ue(v), of at most 31 bits. */
    int unsigned() {
        int zeros = 0;
        while (bit() == 0) {
            if (!good || ++zeros > 30) {
                good = false;
                return 0;
            }
        }
        int value = 1;
        for (int i = 0; i < zeros; i++) {
            value = value << 1 | bit();
        }
        return good ? value - 1 : 0;
    }

    boolean good() {
        return good;
    }

    private int bit() {
        if (bit >= endBit) {
            good = false;
            return 0;
        }
        int value = data[bit >> 3] >> 7 - (bit & 7) & 1;
        bit++;
        return value;
    }
}
