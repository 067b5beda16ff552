package io.livedub.media;

/** Reads a bit stream, most significant bit first. Reading beyond its end throws {@link IllegalArgumentException}, so nothing it holds can read further. */
final class Bits {
    /** A longer prefix of an Exp-Golomb number would not fit an int. */
    private static final int MAX_PREFIX_ZEROS = 30;

    private final byte[] bytes;
    private final String what;
    private int position;

    /** @param what the structure's name, for the message when it is too short */
    Bits(byte[] bytes, String what) {
        this.bytes = bytes;
        this.what = what;
    }

    /** @param count 0…31 */
    int read(int count) {
        if (count > left()) {
            throw new IllegalArgumentException(what + " is truncated at " + bytes.length + " bytes");
        }
        int value = 0;
        for (int i = 0; i < count; i++, position++) {
            value = (value << 1) | ((bytes[position >> 3] >> (7 - (position & 7))) & 1);
        }
        return value;
    }

    boolean flag() {
        return read(1) == 1;
    }

    void skip(int count) {
        if (count > left()) {
            throw new IllegalArgumentException(what + " is truncated at " + bytes.length + " bytes");
        }
        position += count;
    }

    /** Goes on to the next whole byte, counted from the beginning. */
    void align() {
        position = (position + 7) & ~7;
    }

    int left() {
        return bytes.length * 8 - position;
    }

    /** An unsigned Exp-Golomb number, ue(v) in ITU-T H.264, 9.1, of at most {@code max}. */
    int unsigned(int max) {
        int zeros = 0;
        while (!flag()) {
            if (++zeros > MAX_PREFIX_ZEROS) {
                throw new IllegalArgumentException(what + " has a number above " + max);
            }
        }
        int value = (1 << zeros) - 1 + read(zeros);
        if (value > max) {
            throw new IllegalArgumentException(what + " has the number " + value + " above " + max);
        }
        return value;
    }

    /** A signed Exp-Golomb number, se(v), whose value is not checked. */
    int signed() {
        int code = unsigned(Integer.MAX_VALUE);
        return (code & 1) == 1 ? code / 2 + 1 : -(code / 2);
    }
}
