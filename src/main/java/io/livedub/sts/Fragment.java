package io.livedub.sts;

import java.util.Locale;
import java.util.UUID;

/**
 * One segment's audio on its way to STS.
 *
 * @param id correlation key
 * @param ptsNs t0 of the segment on the output timeline
 * @param sourcePtsNs the same on the source's timeline
 * @param startedNs clock time at which the segment began to be filled; what began before a reconnect is not sent after it
 * @param deadlineNs clock time at which the original is taken instead
 * @param sampleRateHz of the stream really being read
 * @param channels of the stream really being read
 * @param durationNs real duration
 * @param m4a AAC-LC in an MP4 container, {@code ftyp} first
 */
public record Fragment(
        UUID id,
        long ptsNs,
        long sourcePtsNs,
        long startedNs,
        long deadlineNs,
        int sampleRateHz,
        int channels,
        long durationNs,
        byte[] m4a) {
    /** @throws IllegalArgumentException when rate, channels or duration are not a sound's: such a fragment could not be sent */
    public Fragment {
        if (sampleRateHz < 1 || sampleRateHz > 768_000 || channels < 1 || channels > 64) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "not a sound: %d Hz, %d channels", sampleRateHz, channels));
        }
        if (durationNs < 0 || durationNs > LONGEST_NS) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "not a fragment's duration: %d ns", durationNs));
        }
    }

    private static final long LONGEST_NS = 3_600_000_000_000L;
}
