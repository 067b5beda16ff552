package io.livedub.sound;

import java.util.Arrays;

import io.livedub.media.Pcm;

/**
 * The original, the dub and the background of a segment side by side, not yet added, with the end of the segment before them and one AAC
 * frame behind them. Positions and lengths are sample frames; position 0 is {@link #start} before the segment.
 *
 * <p>Holds at most the segment and 0.3 s: a few megabytes for as long as a fit takes.
 */
final class Tracks {
    /** A limiter must have run for so long before its first sample is used: longer than its release. */
    static final int LIMITER_CONTEXT_MS = 100;

    final int rate;
    final int channels;
    /** Where the segment begins. */
    final int start;
    /** Sample frames of the segment. */
    final int length;
    /** What the limiter held the segment before to, dBTP. */
    final double ceilingBefore;

    private final int frame;

    private final float[] original;
    private final float[] dub;
    private final float[] stem;
    /** Factor for the original at each sample frame. */
    final float[] bedGain;

    private Tracks(
            int rate,
            int channels,
            int start,
            int length,
            int frame,
            double ceilingBefore,
            float[] original,
            float[] dub,
            float[] stem,
            float[] gain) {
        this.rate = rate;
        this.frame = frame;
        this.channels = channels;
        this.start = start;
        this.length = length;
        this.ceilingBefore = ceilingBefore;
        this.original = original;
        this.dub = dub;
        this.stem = stem;
        this.bedGain = gain;
    }

    /**
     * @param before the end of the segment before; null when that one was not mixed
     * @param original the segment's own sound with one frame before it and one behind it
     * @param stem null without a background
     */
    static Tracks of(EndedTracks before, Pcm original, Pcm dub, Pcm stem, int frame) {
        int channels = original.channels();
        int start = before == null ? frame : before.bedGain().length;
        int length = original.sampleFrames() - 2 * frame;
        int all = start + length + frame;
        float[] own = new float[all * channels];
        float[] voice = new float[all * channels];
        float[] gain = new float[all];
        boolean background = stem != null || before != null && before.stem() != null;
        float[] under = background ? new float[all * channels] : null;
        int from = before == null ? 0 : frame * channels;
        int at = before == null ? 0 : start * channels;
        System.arraycopy(original.samples(), from, own, at, original.samples().length - from);
        if (before != null) {
            System.arraycopy(before.original(), 0, own, 0, start * channels);
            System.arraycopy(before.dub(), 0, voice, 0, start * channels);
            System.arraycopy(before.bedGain(), 0, gain, 0, start);
            if (before.stem() != null) {
                System.arraycopy(before.stem(), 0, under, 0, start * channels);
            }
        }
        copy(dub, voice, start * channels, length * channels);
        if (stem != null) {
            copy(stem, under, start * channels, length * channels);
            bridge(under, start, channels, original.sampleRateHz() * Mixer.BRIDGED_MS / 1000);
        }
        double ceiling = before == null ? Limiter.CEILING_DBTP : before.ceilingDb();
        return new Tracks(original.sampleRateHz(), channels, start, length, frame, ceiling, own, voice, under, gain);
    }

    /** A straight line over a hole of at most so many samples before a joint. */
    private static void bridge(float[] track, int joint, int channels, int most) {
        int from = joint;
        while (from > 0 && joint - from <= most && isSilent(track, from - 1, channels)) {
            from--;
        }
        int hole = joint - from;
        if (hole == 0 || hole > most || from == 0) {
            return;
        }
        for (int i = 0; i < hole * channels; i++) {
            int channel = i % channels;
            float before = track[(from - 1) * channels + channel];
            float behind = track[joint * channels + channel];
            track[from * channels + i] = before + (behind - before) * (i / channels + 1) / (hole + 1);
        }
    }

    private static boolean isSilent(float[] track, int at, int channels) {
        for (int channel = 0; channel < channels; channel++) {
            if (track[at * channels + channel] != 0) {
                return false;
            }
        }
        return true;
    }

    private static void copy(Pcm pcm, float[] to, int at, int most) {
        System.arraycopy(pcm.samples(), 0, to, at, Math.min(most, pcm.samples().length));
    }

    Tracks copy() {
        return new Tracks(
                rate,
                channels,
                start,
                length,
                frame,
                ceilingBefore,
                original,
                dub.clone(),
                stem == null ? null : stem.clone(),
                bedGain.clone());
    }

    int samples(int ms) {
        return rate * ms / 1000;
    }

    /** The dub is silent before {@code from} and comes up behind it. */
    void dubUp(int from, int over) {
        for (int i = start; i < from + over && i < bedGain.length; i++) {
            scale(dub, i, Ramp.up(i, from, over));
        }
    }

    void dubDown(int from, int over) {
        for (int i = Math.max(start, from); i < bedGain.length; i++) {
            scale(dub, i, Ramp.down(i, from, over));
        }
    }

    void stemUp(int from, int over) {
        for (int i = start; stem != null && i < from + over && i < bedGain.length; i++) {
            scale(stem, i, Ramp.up(i, from, over));
        }
    }

    /** Silence follows the ramp. */
    void stemDown(int from, int over) {
        for (int i = Math.max(0, from); stem != null && i < bedGain.length; i++) {
            scale(stem, i, Ramp.down(i, from, over));
        }
    }

    /** Whether there is a background in the AAC frame that begins there. */
    boolean hasStemFrom(int from) {
        for (int i = from * channels; stem != null && i < Math.min(stem.length, (from + frame) * channels); i++) {
            if (stem[i] != 0) {
                return true;
            }
        }
        return false;
    }

    private void scale(float[] track, int at, float factor) {
        for (int channel = 0; channel < channels; channel++) {
            track[at * channels + channel] *= factor;
        }
    }

    /**
     * The sum from one position to the end, its peaks limited.
     *
     * @param ceilingDb for the segment, dBTP
     */
    Pcm limited(int from, double ceilingDb) {
        float[] sum = Arrays.copyOfRange(original, from * channels, original.length);
        for (int i = 0; i < sum.length; i++) {
            int at = from * channels + i;
            sum[i] = sum[i] * bedGain[at / channels] + dub[at];
            if (stem != null) {
                sum[i] += stem[at];
            }
        }
        return Limiter.limit(new Pcm(rate, channels, sum), start - from, ceilingBefore, ceilingDb);
    }

    /**
     * What the next segment goes on from.
     *
     * @param limited of {@code limited(0, ceilingDb)}
     * @param most how much of it is kept
     */
    EndedTracks ending(Pcm limited, double ceilingDb, int most) {
        int to = start + length;
        int from = Math.max(0, to - most);
        return new EndedTracks(
                part(original, from, to),
                part(dub, from, to),
                stem == null ? null : part(stem, from, to),
                Arrays.copyOfRange(bedGain, from, to),
                part(limited.samples(), from, to),
                ceilingDb);
    }

    private float[] part(float[] track, int from, int to) {
        return Arrays.copyOfRange(track, from * channels, to * channels);
    }

    Pcm part(Pcm pcm, int from, int to) {
        return new Pcm(rate, channels, part(pcm.samples(), from, to));
    }

    /**
     * The end of a segment that was mixed: what is needed to mix it once more when the next one asks for something else there.
     *
     * @param original interleaved, as {@code dub}, {@code stem} and {@code aired}
     * @param dub with its ramps
     * @param stem null without a background
     * @param bedGain factor for the original at each sample frame
     * @param aired the limited sum
     * @param ceilingDb what it was limited to, dBTP
     */
    record EndedTracks(float[] original, float[] dub, float[] stem, float[] bedGain, float[] aired, double ceilingDb) {
        /** Whether the background lasts until the end of the segment, or nearly: behind its own end it is exactly silent. */
        boolean stemSounds(Tracks of) {
            if (stem == null) {
                return false;
            }
            int last = of.samples(Mixer.BRIDGED_MS) + 1;
            for (int i = Math.max(0, stem.length - last * of.channels); i < stem.length; i++) {
                if (stem[i] != 0) {
                    return true;
                }
            }
            return false;
        }
    }
}
