package io.livedub.media;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AudioConfig.Element;

/** A program config element (ISO/IEC 14496-3, table 4.2): which elements a frame has, and where each of them is heard. Cameras and mixers write one for plain stereo. */
final class ProgramConfig {
    private static final int GROUPS = 3;

    private ProgramConfig() {}

    /**
     * Its elements in the order in which a frame has them: front, side, back, low frequency. At most 48.
     *
     * @throws IllegalArgumentException when it is truncated, or lists no channel
     */
    static List<Element> read(Bits bits) {
        bits.skip(4 + 2 + 4);
        int[] counts = new int[GROUPS];
        for (int group = 0; group < GROUPS; group++) {
            counts[group] = bits.read(4);
        }
        int lowFrequency = bits.read(2);
        int data = bits.read(3);
        int coupling = bits.read(4);
        // Mono and stereo mixdown, and that of a matrix.
        for (int length : new int[] {4, 4, 3}) {
            if (bits.flag()) {
                bits.skip(length);
            }
        }
        List<Element> elements = new ArrayList<>();
        for (int count : counts) {
            for (int i = 0; i < count; i++) {
                elements.add(new Element(bits.flag() ? Element.PAIR : Element.SINGLE, bits.read(4)));
            }
        }
        for (int i = 0; i < lowFrequency; i++) {
            elements.add(new Element(Element.LFE, bits.read(4)));
        }
        if (elements.isEmpty()) {
            throw new IllegalArgumentException("AAC program config element has no channel");
        }
        bits.skip(4 * data + 5 * coupling);
        skipComment(bits);
        return List.copyOf(elements);
    }

    /** Skips the comment, to find what follows it: the announcement of SBR. */
    private static void skipComment(Bits bits) {
        bits.align();
        if (bits.left() >= 8) {
            int length = 8 * bits.read(8);
            bits.skip(Math.min(bits.left(), length));
        }
    }
}
