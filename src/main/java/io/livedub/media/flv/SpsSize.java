package io.livedub.media.flv;

import io.livedub.media.H264Sps;

/** The coded size of the picture, from the decoder configuration. Sizes that a source gives elsewhere are often wrong. */
final class SpsSize {
    private SpsSize() {}

    /** Width and height in pixels; 0 and 0 when the SPS cannot be read. */
    static int[] ofAvcC(byte[] avcC) {
        return H264Sps.ofAvcC(avcC)
                .map(sps -> new int[] {sps.width(), sps.height()})
                .orElse(new int[] {0, 0});
    }
}
