package io.livedub.media;

/**
 * A raw AAC frame without any spectrum, written bit by bit (ISO/IEC 14496-3, table 4.3 and what it refers to): silence for what no encoder here makes. Nothing
 * in it depends on the sampling rate, on the samples of a frame, or on which of the object types Main, LC and LTP decodes it.
 */
public final class SilentFrame {
    private static final int SINGLE = 0;
    private static final int PAIR = 1;
    private static final int LFE = 3;
    private static final int END = 7;
    /** Elements of each channel configuration from 1 on (table 1.19). */
    private static final int[][] ELEMENTS = {
        {SINGLE},
        {PAIR},
        {SINGLE, PAIR},
        {SINGLE, PAIR, SINGLE},
        {SINGLE, PAIR, PAIR},
        {SINGLE, PAIR, PAIR, LFE},
        {SINGLE, PAIR, PAIR, PAIR, LFE}
    };

    private final StringBuilder bits = new StringBuilder();

    private SilentFrame() {}

    /** For a format that {@link AudioFormat#parse} gave. */
    public static byte[] of(AudioFormat format) {
        int configuration = format.channels() == 8 ? 7 : format.channels();
        SilentFrame frame = new SilentFrame();
        int[] used = new int[END];
        for (int element : ELEMENTS[configuration - 1]) {
            frame.put(3, element).put(4, used[element]++);
            if (element == PAIR) {
                // No common window: two channels, each with all of its own.
                frame.put(1, 0).channel();
            }
            frame.channel();
        }
        return frame.put(3, END).bytes();
    }

    /** An individual channel stream: gain 0, one long window without a single scale factor band, no pulse, no shaping, no gain control. */
    private void channel() {
        put(8, 0).put(1 + 2 + 1 + 6 + 1, 0).put(3, 0);
    }

    private SilentFrame put(int count, int value) {
        for (int i = count - 1; i >= 0; i--) {
            bits.append((value >> i & 1) == 1 ? '1' : '0');
        }
        return this;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[(bits.length() + 7) / 8];
        for (int i = 0; i < bits.length(); i++) {
            bytes[i / 8] |= (byte) ((bits.charAt(i) - '0') << (7 - i % 8));
        }
        return bytes;
    }
}
