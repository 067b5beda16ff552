package io.livedub.sound;

import java.util.Arrays;

import io.livedub.media.Pcm;

/**
 * Puts a segment's dub and its original together: gains for both at each sample, their sum, and a limit on its peaks.
 *
 * <p>A decoder overlaps each AAC frame with the one before. Where dubbed and original frames meet, the frames on both sides must
 * therefore hold the same sound for one frame, or what the overlap folds back stays audible. So a dub that follows original sound begins
 * with one more frame of that, and the cross-fade comes behind it; and a dub that original sound follows is made to end in it. Whether
 * it will is not known yet when the dub is made: {@link Mixed#tail} is its other end.
 *
 * <p>Lengths are in samples of one channel.
 */
public final class Mixer {
    /** Contracts: sound, "Joints" and "The bed". */
    static final int JOINT_MS = 10;

    static final int CONSTANT_RAMP_MS = 200;
    /** What a limiter must have heard before the first sample that is used: more than its release takes. */
    private static final int LIMITER_CONTEXT_MS = 100;

    private static final double MOST_ROUNDING_DB = 1e-6;

    private final Bed bed;
    private final double depthDb;
    private final int frame;

    /**
     * @param depthDb level of the original under the dub, 0 or less
     * @param samplesPerFrame of the AAC frames that the result becomes
     */
    public Mixer(Bed bed, double depthDb, int samplesPerFrame) {
        this.bed = bed;
        this.depthDb = depthDb;
        this.frame = samplesPerFrame;
    }

    /**
     * What aired before a segment, as far as the next one goes on from it.
     *
     * @param original it was original sound that the segment follows without a hole
     * @param bedDb level of the bed at its end
     * @param silentMs for how long its dub had not spoken
     * @param lastFrame its last frame of dubbed sound, interleaved; null when there was none
     */
    public record Before(boolean original, double bedDb, int silentMs, float[] lastFrame) {
        /** The beginning of a stream, or a hole. */
        public static final Before NOTHING = new Before(false, 0, DuckEnvelope.HOLD_MS, null);

        public static final Before ORIGINAL = new Before(true, 0, DuckEnvelope.HOLD_MS, null);
    }

    /**
     * A segment's sound.
     *
     * @param body one frame of what is heard before it, the segment's frames, one frame of what follows
     * @param tail as {@code body}, of the segment's last {@code tailFrames} frames, when original sound follows
     * @param tailFrames how many of the last frames {@code tail} replaces
     * @param next what the following segment goes on from
     * @param bedDb lowest level of the original in it; {@link Double#NEGATIVE_INFINITY} when it is not heard
     */
    public record Mixed(Pcm body, Pcm tail, int tailFrames, Before next, double bedDb) {}

    /**
     * @param original the segment's own sound, with one frame before it and one behind it; silence where they are not known
     * @param dub the dub at the same rate and channels, beginning with the segment, faded at both ends; no longer than the segment
     * @param stem background to put under it; null without one
     */
    public Mixed mix(Pcm original, Pcm dub, Pcm stem, Before before) {
        int length = original.sampleFrames() - 2 * frame;
        int rate = original.sampleRateHz();
        int lengthMs = (int) ((length + frame) * 1000L / rate) + 1;
        DuckEnvelope.Course course = course(dub, lengthMs, length * 1000L / rate, before);
        float[] bedGain = bedGain(course, length, rate);
        float[] dubGain = new float[length + 2 * frame];
        Arrays.fill(dubGain, frame, frame + length, 1);
        if (before.original()) {
            begin(bedGain, dubGain, rate);
        }
        Pcm body = limited(original, dub, stem, bedGain, dubGain, 0, before.lastFrame());
        double lowest = lowest(bedGain, length);
        int tailFrames = end(bedGain, dubGain, length, rate);
        int from = length - tailFrames * frame;
        int context = Math.min(from, rate * LIMITER_CONTEXT_MS / 1000);
        Pcm tail = cut(limited(original, dub, stem, bedGain, dubGain, from - context, null), context);
        float[] lastFrame =
                Arrays.copyOfRange(body.samples(), length * body.channels(), (length + frame) * body.channels());
        Before next = new Before(false, course.rest().db(), course.rest().silentMs(), lastFrame);
        return new Mixed(body, tail, tailFrames, next, lowest);
    }

    private DuckEnvelope.Course course(Pcm dub, int lengthMs, long endMs, Before before) {
        DuckEnvelope.Rest rest = new DuckEnvelope.Rest(before.bedDb(), before.silentMs());
        if (bed != Bed.DUCK) {
            double[] flat = new double[lengthMs + 1];
            Arrays.fill(flat, bed == Bed.CONSTANT ? depthDb : Double.NEGATIVE_INFINITY);
            return new DuckEnvelope.Course(flat, rest);
        }
        boolean[] speech = Speech.perMs(dub);
        DuckEnvelope.Course whole = DuckEnvelope.of(speech, lengthMs, depthDb, rest);
        // What lies behind the segment is only a guess at what the next one brings.
        DuckEnvelope.Rest there =
                DuckEnvelope.of(speech, (int) endMs, depthDb, rest).rest();
        return new DuckEnvelope.Course(whole.db(), there);
    }

    /** Factor for the original at each sample, index 0 one frame before the segment; straight lines between milliseconds. */
    private float[] bedGain(DuckEnvelope.Course course, int length, int rate) {
        double[] factors = new double[course.db().length];
        for (int ms = 0; ms < factors.length; ms++) {
            factors[ms] = Decibels.toFactor(course.db()[ms]);
        }
        float[] gain = new float[length + 2 * frame];
        Arrays.fill(gain, 0, frame, (float) factors[0]);
        for (int i = 0; i < length + frame; i++) {
            double ms = i * 1000.0 / rate;
            int at = Math.min((int) ms, factors.length - 2);
            gain[frame + i] = (float) (factors[at] + (factors[at + 1] - factors[at]) * (ms - at));
        }
        return gain;
    }

    /** After original sound: one frame more of it, then the dub comes up and the original goes down to the bed. */
    private void begin(float[] bedGain, float[] dubGain, int rate) {
        int joint = rate * JOINT_MS / 1000;
        int fall = bed == Bed.CONSTANT
                ? rate * CONSTANT_RAMP_MS / 1000
                : bed == Bed.DUCK ? rate * DuckEnvelope.ATTACK_MS / 1000 : joint;
        for (int i = 0; i < bedGain.length; i++) {
            float down = Ramp.down(i, 2 * frame, fall);
            bedGain[i] += (1 - bedGain[i]) * down;
            dubGain[i] *= Ramp.up(i, 2 * frame, joint);
        }
    }

    /** Before original sound: the dub goes down at the segment's end, and the original is at full level there. */
    private int end(float[] bedGain, float[] dubGain, int length, int rate) {
        int joint = rate * JOINT_MS / 1000;
        int rise = Math.min(length, bed == Bed.CONSTANT ? rate * CONSTANT_RAMP_MS / 1000 : joint);
        for (int i = frame + length - rise; i < bedGain.length; i++) {
            bedGain[i] += (1 - bedGain[i]) * Ramp.up(i, frame + length - rise, rise);
        }
        for (int i = Math.max(0, frame + length - joint); i < dubGain.length; i++) {
            dubGain[i] *= Ramp.down(i, frame + length - joint, joint);
        }
        // The first of these frames is as it was: it overlaps with the one before, which stays.
        return Math.min(length / frame, (rise + frame - 1) / frame + 1);
    }

    /**
     * The sum from a sample of {@code original} to its end.
     *
     * @param lastFrame what is heard in the first frame instead; null: the sum
     */
    private Pcm limited(
            Pcm original, Pcm dub, Pcm stem, float[] bedGain, float[] dubGain, int from, float[] lastFrame) {
        int channels = original.channels();
        float[] sum = Arrays.copyOfRange(original.samples(), from * channels, original.samples().length);
        for (int i = 0; i < sum.length; i++) {
            sum[i] *= bedGain[from + i / channels];
        }
        add(sum, dub, dubGain, from, channels);
        if (stem != null) {
            add(sum, stem, dubGain, from, channels);
        }
        if (lastFrame != null && lastFrame.length == frame * channels && from == 0) {
            System.arraycopy(lastFrame, 0, sum, 0, lastFrame.length);
        }
        return Limiter.limit(new Pcm(original.sampleRateHz(), channels, sum));
    }

    private void add(float[] sum, Pcm sound, float[] gain, int from, int channels) {
        int first = Math.max(0, from - frame);
        int last = Math.min(sound.sampleFrames(), sum.length / channels + from - frame);
        for (int i = first; i < last; i++) {
            for (int channel = 0; channel < channels; channel++) {
                sum[(i + frame - from) * channels + channel] +=
                        sound.samples()[i * channels + channel] * gain[i + frame];
            }
        }
    }

    private double lowest(float[] bedGain, int length) {
        float least = Float.MAX_VALUE;
        for (int i = frame; i < frame + length; i++) {
            least = Math.min(least, bedGain[i]);
        }
        double db = 20 * Math.log10(least);
        return Math.abs(db) < MOST_ROUNDING_DB ? 0 : db;
    }

    private static Pcm cut(Pcm pcm, int from) {
        float[] rest = Arrays.copyOfRange(pcm.samples(), from * pcm.channels(), pcm.samples().length);
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), rest);
    }
}
