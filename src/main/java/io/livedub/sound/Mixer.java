package io.livedub.sound;

import java.util.Arrays;

import io.livedub.media.Pcm;

/**
 * Puts a segment's dub and its original together: gains for both at each sample, their sum, and a limit on its peaks.
 *
 * <p>A decoder overlaps each AAC frame with the one before. Where dubbed and original frames meet, the frames on both sides must
 * therefore hold the same sound for one frame, or what the overlap folds back stays audible. So a dub that follows original sound begins
 * with one more frame of that, and the cross-fade comes behind it.
 *
 * <p>How a segment ends depends on the next one, which is not known yet when the dub is made. A segment therefore has three ends:
 * {@link Mix.Limited#body} for a next segment that changes nothing before its beginning, {@link Mix.Limited#tail} for original sound, and the
 * {@link Mix.Limited#lead} of a next dub that needs the bed to go down, the background to fade or the limiter to begin before its first sample.
 *
 * <p>Lengths are in samples of one channel.
 */
public final class Mixer {
    /** Contracts: sound, "Joints" and "The bed". */
    static final int JOINT_MS = 10;

    static final int CONSTANT_RAMP_MS = 200;

    /**
     * A background that ends this much before its segment goes on into the next one: files and services round durations to milliseconds. What
     * is missing is a straight line.
     */
    public static final int BRIDGED_MS = 1;

    /** −80 dB of full scale: nobody hears whether the end of a segment differs by less. */
    static final float SAME = 1e-4f;

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
     * @param ending its last sounds, not yet added; null when it was not mixed
     */
    public record Before(boolean original, double bedDb, int silentMs, Tracks.EndedTracks ending) {
        /** The beginning of a stream, a hole, or a dub that aired as the service made it. */
        public static final Before NOTHING = new Before(false, 0, DuckEnvelope.HOLD_MS, null);

        public static final Before ORIGINAL = new Before(true, 0, DuckEnvelope.HOLD_MS, null);

        /** Whether a dub was mixed there, which the next one must go on from. */
        public boolean mixed() {
            return ending != null;
        }
    }

    /**
     * @param original the segment's own sound, with one frame before it and one behind it; silence where they are not known
     * @param dub the dub at the same rate and channels, beginning with the segment, faded at both ends; no longer than the segment
     * @param stem background to put under it; null without one
     */
    public Mix mix(Pcm original, Pcm dub, Pcm stem, Before before) {
        Tracks tracks = Tracks.of(before.ending(), original, dub, stem, frame);
        DuckEnvelope.Rest rest = bed(tracks, dub, before);
        begin(tracks, stem, before);
        Tracks ending = tracks.copy();
        int tailFrames = end(ending);
        return new Mix(tracks, ending, tailFrames, rest, before, frame);
    }

    /** Sets the gain of the original; what the next segment goes on from. */
    private DuckEnvelope.Rest bed(Tracks tracks, Pcm dub, Before before) {
        if (bed != Bed.DUCK) {
            double level = bed == Bed.CONSTANT ? depthDb : Double.NEGATIVE_INFINITY;
            Arrays.fill(tracks.bedGain, before.mixed() ? tracks.start : 0, tracks.bedGain.length, (float)
                    Decibels.toFactor(level));
            fromOtherLevel(tracks, before, level);
            return new DuckEnvelope.Rest(level, DuckEnvelope.HOLD_MS);
        }
        boolean[] speech = Speech.perMs(dub);
        int lengthMs = (int) ((tracks.length + frame) * 1000L / tracks.rate) + 1;
        // Of a bed that was deeper or not heard, the first millisecond is at the depth, and the ramp leads there.
        DuckEnvelope.Rest first = new DuckEnvelope.Rest(Math.max(depthDb, before.bedDb()), before.silentMs());
        if (before.mixed()) {
            first = lookBack(tracks, speech, first);
        }
        DuckEnvelope.Course course = DuckEnvelope.of(speech, lengthMs, depthDb, first);
        setGain(tracks, course, before.mixed() ? tracks.start : 0);
        fromOtherLevel(tracks, before, Math.max(depthDb, before.bedDb()));
        // The sound behind the segment is a guess: the next segment may bring another.
        int endMs = (int) (tracks.length * 1000L / tracks.rate);
        return DuckEnvelope.of(speech, endMs, depthDb, first).rest();
    }

    /** A word at the beginning of the segment: the original goes down before it, in the segment before. */
    private DuckEnvelope.Rest lookBack(Tracks tracks, boolean[] speech, DuckEnvelope.Rest first) {
        int wordMs = 0;
        while (wordMs < speech.length && !speech[wordMs]) {
            wordMs++;
        }
        if (wordMs >= Math.min(speech.length, DuckEnvelope.ATTACK_MS)) {
            return first;
        }
        int word = tracks.start + tracks.samples(wordMs);
        int attack = tracks.samples(DuckEnvelope.ATTACK_MS);
        for (int i = Math.max(0, word - attack); i < tracks.start; i++) {
            double db = depthDb * (i - word + attack) / attack;
            tracks.bedGain[i] = Math.min(tracks.bedGain[i], (float) Decibels.toFactor(db));
        }
        double there = depthDb * (DuckEnvelope.ATTACK_MS - wordMs) / DuckEnvelope.ATTACK_MS;
        return new DuckEnvelope.Rest(Math.min(first.db(), there), first.silentMs());
    }

    /** Factors for the original at each sample, straight lines between milliseconds. */
    private static void setGain(Tracks tracks, DuckEnvelope.Course course, int from) {
        double[] factors = new double[course.db().length];
        for (int ms = 0; ms < factors.length; ms++) {
            factors[ms] = Decibels.toFactor(course.db()[ms]);
        }
        Arrays.fill(tracks.bedGain, from, tracks.start, (float) factors[0]);
        for (int i = tracks.start; i < tracks.bedGain.length; i++) {
            double ms = (i - tracks.start) * 1000.0 / tracks.rate;
            int at = Math.min((int) ms, factors.length - 2);
            tracks.bedGain[i] = (float) (factors[at] + (factors[at + 1] - factors[at]) * (ms - at));
        }
    }

    /** Where a dub goes on from another bed, because the settings were changed on air, a ramp leads from that one's level. */
    private void fromOtherLevel(Tracks tracks, Before before, double db) {
        double step = Decibels.toFactor(before.bedDb()) - Decibels.toFactor(db);
        if (!before.mixed() || Math.abs(step) < SAME) {
            return;
        }
        int over = fall(tracks);
        for (int i = tracks.start; i < Math.min(tracks.bedGain.length, tracks.start + over); i++) {
            tracks.bedGain[i] += (float) (step * Ramp.down(i, tracks.start, over));
        }
    }

    private int fall(Tracks tracks) {
        return tracks.samples(
                switch (bed) {
                    case CONSTANT -> CONSTANT_RAMP_MS;
                    case DUCK -> DuckEnvelope.ATTACK_MS;
                    case OFF, STEM -> JOINT_MS;
                });
    }

    private void begin(Tracks tracks, Pcm stem, Before before) {
        int joint = tracks.samples(JOINT_MS);
        boolean stemBefore = before.mixed() && before.ending().stem() != null;
        // A background that ended before its segment did was faded out there, and comes up here.
        boolean stemGoesOn = stemBefore && before.ending().stemSounds(tracks);
        if (before.original()) {
            // One frame more of the original, then the dub comes up and the original goes down to the bed.
            int from = tracks.start + frame;
            int fall = fall(tracks);
            for (int i = 0; i < tracks.bedGain.length; i++) {
                tracks.bedGain[i] += (1 - tracks.bedGain[i]) * Ramp.down(i, from, fall);
            }
            tracks.dubUp(from, joint);
            tracks.stemUp(from, joint);
        } else if (stem != null && !stemGoesOn) {
            tracks.stemUp(tracks.start, joint);
        } else if (stem == null && stemBefore) {
            tracks.stemDown(tracks.start - joint, joint);
        }
    }

    /** Before original sound: the dub goes down at the segment's end, and the original is at full level there. */
    private int end(Tracks tracks) {
        int joint = tracks.samples(JOINT_MS);
        int end = tracks.start + tracks.length;
        int rise = Math.min(tracks.length, bed == Bed.CONSTANT ? tracks.samples(CONSTANT_RAMP_MS) : joint);
        for (int i = end - rise; i < tracks.bedGain.length; i++) {
            tracks.bedGain[i] += (1 - tracks.bedGain[i]) * Ramp.up(i, end - rise, rise);
        }
        tracks.dubDown(end - joint, joint);
        tracks.stemDown(end - joint, joint);
        // The first of these frames is as it was: it overlaps with the one before, which stays.
        return Math.min(tracks.length / frame, (rise + frame - 1) / frame + 1);
    }
}
