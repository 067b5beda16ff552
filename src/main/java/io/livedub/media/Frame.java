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
 * @param data length-prefixed NAL units or a raw AAC frame; owned by the frame, never changed
 */
public record Frame(Format format, long ptsNs, long dtsNs, boolean keyframe, long arrivalNs, byte[] data) {
    public Track track() {
        return format.track();
    }

    /** The same frame on another timeline: both times moved by {@code deltaNs}. */
    public Frame shift(long deltaNs) {
        return deltaNs == 0 ? this : new Frame(format, ptsNs + deltaNs, dtsNs + deltaNs, keyframe, arrivalNs, data);
    }

    /** The same frame at given times. */
    public Frame at(long newPtsNs, long newDtsNs) {
        return new Frame(format, newPtsNs, newDtsNs, keyframe, arrivalNs, data);
    }

    // A record would print the payload's identity and compare it by identity, which reads like a comparison by value
    // and is not.
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s pts=%.3f dts=%.3f%s %d B",
                track().label(),
                ptsNs / 1e9,
                dtsNs / 1e9,
                keyframe ? " key" : "",
                data.length);
    }
}
