package io.livedub.media;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AudioConfig.Element;

/**
 * A raw AAC frame without any spectrum, written bit by bit (ISO/IEC 14496-3, table 4.3 and what it refers to): silence for what no encoder here makes. Nothing
 * in it depends on the sampling rate, on the samples of a frame, or on which of the object types Main, LC and LTP decodes it.
 */
public final class SilentFrame {
    private static final int SINGLE = Element.SINGLE;
    private static final int PAIR = Element.PAIR;
    private static final int LFE = Element.LFE;
    private static final int END = 7;
    /** Element types of each channel configuration (table 1.19). The first is for a layout that only the frames say: they are stereo as a rule. */
    private static final int[][] ELEMENTS = {
        {PAIR},
        {SINGLE},
        {PAIR},
        {SINGLE, PAIR},
        {SINGLE, PAIR, SINGLE},
        {SINGLE, PAIR, PAIR},
        {SINGLE, PAIR, PAIR, LFE},
        {SINGLE, PAIR, PAIR, PAIR, LFE},
        {},
        {},
        {},
        {SINGLE, PAIR, PAIR, SINGLE, LFE},
        {SINGLE, PAIR, PAIR, PAIR, LFE},
        {SINGLE, PAIR, PAIR, PAIR, PAIR, SINGLE, LFE, LFE, SINGLE, PAIR, PAIR, SINGLE, PAIR, SINGLE, SINGLE, PAIR},
        {SINGLE, PAIR, PAIR, LFE, PAIR}
    };

    /** Bits that an error-resilient channel may have behind the fields of a plain one: lengths of 0. */
    private static final int RESILIENCE_BITS = 14 + 6;

    private final StringBuilder bits = new StringBuilder();

    private SilentFrame() {}

    /** For a format that {@link AudioFormat#parse} gave. */
    public static byte[] of(AudioFormat format) {
        SilentFrame frame = new SilentFrame();
        boolean resilient = AudioConfig.errorResilient(format.objectType());
        for (Element element : elements(format)) {
            if (!resilient) {
                frame.put(3, element.type());
            }
            if (format.objectType() != AudioConfig.ENHANCED_LOW_DELAY) {
                frame.put(4, element.tag());
            }
            if (element.type() == PAIR) {
                // No common window: two channels, each with all of its own.
                frame.put(1, 0).channel();
            }
            frame.channel();
        }
        // An error-resilient frame has no end: zeros behind it are what its own fields would be.
        return (resilient ? frame.put(RESILIENCE_BITS * format.channels(), 0) : frame.put(3, END)).bytes();
    }

    private static List<Element> elements(AudioFormat format) {
        List<Element> listed = AudioConfig.read(format.audioSpecificConfig()).elements();
        if (!listed.isEmpty()) {
            return listed;
        }
        List<Element> elements = new ArrayList<>();
        int[] used = new int[END];
        for (int type : ELEMENTS[format.channelConfiguration()]) {
            elements.add(new Element(type, used[type]++));
        }
        return elements;
    }

    /** An individual channel stream: gain 0, one long window without a single scale factor band, no pulse, no shaping, no gain control. */
    private void channel() {
        put(8, 0).put(1 + 2 + 1 + 6 + 1, 0).put(3, 0);
    }

    private SilentFrame put(int count, int value) {
        for (int i = count - 1; i >= 0; i--) {
            // More than 32 are zeros: there is no value that long.
            bits.append(i < Integer.SIZE && (value >> i & 1) == 1 ? '1' : '0');
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
