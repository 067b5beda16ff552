package io.livedub.media;

import java.util.Locale;

/**
 * One H.264 access unit or one AAC frame, with the codec configuration it needs.
 *
 * @param format what it takes to decode it; the same instance for all frames until the source's configuration changes
 * @param ptsNs presentation time in nanoseconds; on which timeline is said by whoever hands the frame over
 * @param dtsNs decoding time in nanoseconds on the same timeline; equals {@code ptsNs} for audio
 * @param keyframe an IDR or recovery point; true for every audio frame
 * @param arrivalNs when it was demuxed, on {@link MediaClock}; for a made frame, when it was made
 * @param bytes length-prefixed NAL units or a raw AAC frame
 */
public record Frame(Format format, long ptsNs, long dtsNs, boolean keyframe, long arrivalNs, FrameBytes bytes) {
    /** @param data not to be changed any more */
    public Frame(Format format, long ptsNs, long dtsNs, boolean keyframe, long arrivalNs, byte[] data) {
        this(format, ptsNs, dtsNs, keyframe, arrivalNs, FrameBytes.of(data));
    }

    /** How many bytes it has. */
    public int size() {
        return bytes.size();
    }

    /** Its bytes for themselves, which costs a copy where it shares an array with others. */
    public byte[] data() {
        return bytes.toArray();
    }

    public Track track() {
        return format.track();
    }

    /** The same frame on another timeline: both times moved by {@code deltaNs}. */
    public Frame shift(long deltaNs) {
        return deltaNs == 0 ? this : new Frame(format, ptsNs + deltaNs, dtsNs + deltaNs, keyframe, arrivalNs, bytes);
    }

    /** Its times and its format alone, to be kept for long: bytes are kept with those of other frames. */
    public Frame withoutBytes() {
        return new Frame(format, ptsNs, dtsNs, keyframe, arrivalNs, new byte[0]);
    }

    /** The same frame at given times. */
    public Frame at(long newPtsNs, long newDtsNs) {
        return new Frame(format, newPtsNs, newDtsNs, keyframe, arrivalNs, bytes);
    }

    // A record would print the identity of the bytes.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s pts=%.3f dts=%.3f%s %d B",
                track().label(),
                ptsNs / 1e9,
                dtsNs / 1e9,
                keyframe ? " key" : "",
                size());
    }
}
