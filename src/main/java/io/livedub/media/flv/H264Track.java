package io.livedub.media.flv;

import java.util.Arrays;

import io.livedub.media.Frame;
import io.livedub.media.FrameBytes;
import io.livedub.media.FrameStore;
import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.SourceOddity;
import io.livedub.media.VideoFormat;

/** The picture's messages to frames: decoder configuration, access units and their composition offsets. */
final class H264Track {
    /** An AVCDecoderConfigurationRecord holds up to 31 SPS and 255 PPS; real ones are below 200 bytes. */
    static final int MOST_CONFIGURATION = 64 * 1024;
    /** The largest access unit that MediaMTX takes. A keyframe of 50 Mbit/s video is below 2 MiB. */
    static final int MOST_ACCESS_UNIT = 8 * 1024 * 1024;

    /** Up to the number of SPS. */
    private static final int HEADER = 6;

    private static final int SHORTEST_CONFIGURATION = 8;

    private final SourceOddities odd;
    private final FrameStore store = new FrameStore(FrameStore.PICTURES);
    private final CompositionOffsets offsets = new CompositionOffsets();
    private final ParameterSets inBand = new ParameterSets();
    private VideoFormat format;
    private int lengthSize = 4;
    /** The source has sent no configuration that can be used. */
    private boolean fromBand = true;

    H264Track(SourceOddities odd) {
        this.odd = odd;
    }

    /** Whether the decoder configuration is known. */
    boolean configured() {
        return format != null;
    }

    void configure(byte[] avcC) {
        if (AccessUnit.startCodes(avcC)) {
            byte[] units = AccessUnit.fromStartCodes(avcC, lengthSize);
            byte[] made = units == null ? null : inBand.configuration(units, lengthSize);
            if (made != null) {
                use(made);
                return;
            }
        }
        if (format == null && leavesSetsToPictures(avcC)) {
            lengthSize = (avcC[4] & 3) + 1;
            return;
        }
        if (avcC.length < SHORTEST_CONFIGURATION || avcC[0] != 1 || (avcC[5] & 31) == 0 || (avcC[4] & 3) == 2) {
            odd.add(SourceOddity.UNREADABLE, "an H.264 decoder configuration of " + avcC.length + " bytes");
            return;
        }
        fromBand = false;
        use(avcC);
    }

    /** Whether it has no SPS, so that it says only how the access units are framed. */
    private static boolean leavesSetsToPictures(byte[] avcC) {
        return avcC.length >= HEADER && avcC[0] == 1 && (avcC[4] & 3) != 2 && (avcC[5] & 31) == 0;
    }

    private void use(byte[] avcC) {
        if (format != null && Arrays.equals(avcC, format.avcC())) {
            return;
        }
        if (format != null) {
            odd.add(SourceOddity.CONFIGURATION, "other H.264 parameter sets");
        }
        lengthSize = (avcC[4] & 3) + 1;
        int[] size = SpsSize.ofAvcC(avcC);
        format = new VideoFormat(avcC, size[0], size[1]);
    }

    /**
     * @param compositionMs by how much the picture is shown after it is decoded, as on the wire: 24 bits with a sign
     * @return null when it cannot be carried, which is counted
     */
    Frame frame(byte[] data, long stampMs, int compositionMs, boolean flagged, long arrivalNs) {
        AccessUnit unit = AccessUnit.read(data, lengthSize, flagged);
        if (unit != null && fromBand) {
            byte[] made = inBand.configuration(unit.data(), lengthSize);
            if (made != null) {
                use(made);
            }
        }
        if (format == null) {
            odd.add(SourceOddity.NO_CONFIGURATION, "a picture before the H.264 decoder configuration");
            return null;
        }
        if (unit == null) {
            odd.add(SourceOddity.UNREADABLE, "an access unit whose NAL units do not add up");
            return null;
        }
        if (unit.data() != data) {
            odd.add(SourceOddity.REFRAMED, "an access unit with empty, cut-off or wrongly framed NAL units");
        }
        int shown = offsets.apply(stampMs, compositionMs, arrivalNs / FlvReader.NS_PER_MS);
        if (shown != compositionMs) {
            odd.add(
                    SourceOddity.COMPOSITION,
                    "a composition offset of " + compositionMs + " ms, taken as " + shown + " ms");
        }
        FrameBytes kept = store.keep(unit.data());
        long dtsNs = stampMs * FlvReader.NS_PER_MS;
        return new Frame(format, dtsNs + shown * FlvReader.NS_PER_MS, dtsNs, unit.keyframe(), arrivalNs, kept);
    }
}
