package io.livedub.media;

import java.util.Arrays;
import java.util.Objects;

/**
 * H.264 as FLV and MP4 carry it: length-prefixed NAL units ({@code stream-format=avc}), one access unit a frame.
 *
 * @param avcC the AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1): SPS and PPS; not copied, never changed
 * @param width coded picture width in pixels, 0 when the source does not say
 * @param height coded picture height in pixels, 0 when the source does not say
 */
public record VideoFormat(byte[] avcC, int width, int height) implements Format {
    public VideoFormat {
        Objects.requireNonNull(avcC, "avcC");
    }

    @Override
    public Track track() {
        return Track.VIDEO;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VideoFormat that
                && width == that.width
                && height == that.height
                && Arrays.equals(avcC, that.avcC);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(avcC);
    }

    @Override
    public String toString() {
        return "H.264 " + width + "x" + height;
    }
}
