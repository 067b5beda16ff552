package io.livedub.media;

/** The header of the first slice of an access unit (ITU-T H.264, 7.3.3), as far as it says what kind of picture this is. */
public final class H264Slice {
    private static final int SLICE = 1;
    private static final int B = 1;
    /** Two numbers of at most 31 bits each take less, with emulation prevention. */
    private static final int MOST_HEADER_BYTES = 20;

    private H264Slice() {}

    /**
     * Whether the picture is a B picture: it refers to a picture that is shown later, so it is decoded after that one and shown before it.
     *
     * @param frame NAL units behind lengths of the size that its format says; false when it cannot be read
     */
    public static boolean isBidirectional(Frame frame) {
        if (!(frame.format() instanceof VideoFormat format) || format.avcC().length < 5) {
            return false;
        }
        FrameBytes data = frame.bytes();
        int lengthSize = (format.avcC()[4] & 3) + 1;
        long at = 0;
        while (at + lengthSize < data.size()) {
            long length = 0;
            for (int i = 0; i < lengthSize; i++) {
                length = length << 8 | data.at((int) at++) & 255;
            }
            if ((data.at((int) at) & 31) == SLICE) {
                return isB(data, (int) at + 1, (int) Math.min(length - 1, data.size() - at - 1));
            }
            at += length;
        }
        return false;
    }

    private static boolean isB(FrameBytes data, int from, int length) {
        byte[] header = new byte[Math.max(0, Math.min(length, MOST_HEADER_BYTES))];
        data.part(from, header.length).get(header);
        Bits bits = new Bits(header, "slice header");
        try {
            bits.unsigned(Integer.MAX_VALUE);
            return bits.unsigned(9) % 5 == B;
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }
}
