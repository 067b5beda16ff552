package io.livedub.sound;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;
import io.livedub.sound.Mix.Limited;
import io.livedub.sound.Mixer.Before;

import static org.assertj.core.api.Assertions.assertThat;

/** What the contract says of the sound, measured on the mix's samples. The original is a sine of 500 Hz, the dub noise or 2 kHz. */
class MixerTest {
    private static final int RATE = 48_000;
    private static final int FRAME = 1024;
    private static final int PLACES = 281;
    private static final int LENGTH = PLACES * FRAME;
    private static final double ORIGINAL_PEAK = 0.25;
    /** Whole periods in a frame, so that it goes on from one segment to the next. */
    private static final double ORIGINAL_HZ = 750;

    private static final Before DUBBED = new Before(false, 0, 1000, null);

    private final Pcm original =
            Tones.part(Tones.sine(RATE, 1, ORIGINAL_HZ, ORIGINAL_PEAK, 7000), 0, LENGTH + 2 * FRAME);

    /** A dub that says a word from one instant to the other. */
    private static Pcm word(int fromMs, int toMs, double peak) {
        return Tones.sequence(
                Tones.silence(RATE, 1, RATE / 1000 * fromMs), faded(Tones.sine(RATE, 1, 2000, peak, toMs - fromMs)));
    }

    /** Without the edges, which hold all frequencies. */
    private static Pcm faded(Pcm pcm) {
        for (int i = 0; i < 240; i++) {
            pcm.samples()[i] *= i / 240f;
            pcm.samples()[pcm.samples().length - 1 - i] *= i / 240f;
        }
        return pcm;
    }

    /** Level of the original at an instant of the segment, dB under the original: from 12 ms under a Hann window. */
    private double bedDb(Pcm body, int atMs) {
        int from = FRAME + RATE / 1000 * (atMs - 6);
        double re = 0;
        double im = 0;
        for (int i = from; i < from + 576; i++) {
            double window = Math.pow(Math.sin(Math.PI * (i - from) / 576), 2);
            re += window * body.samples()[i] * Math.cos(2 * Math.PI * ORIGINAL_HZ * i / RATE);
            im += window * body.samples()[i] * Math.sin(2 * Math.PI * ORIGINAL_HZ * i / RATE);
        }
        return 20 * Math.log10(Math.hypot(re, im) / 144 / ORIGINAL_PEAK);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-6, -14, -20})
    void theOriginalIsUnderTheWordAtItsDepth(double depth) {
        Pcm body = new Mixer(Bed.DUCK, depth, FRAME)
                .mix(original, word(2000, 3000, 0.2), null, DUBBED)
                .limited()
                .body();

        for (int ms = 2000; ms < 4000; ms += 10) {
            assertThat(bedDb(body, ms)).as("at %d ms", ms).isCloseTo(depth, Offset.offset(1.0));
        }
    }

    @Test
    void theAttackTakesFiftyMillisecondsAheadOfTheWord() {
        Pcm body = duck(word(2000, 3000, 0.2));

        assertThat(bedDb(body, 1930)).isCloseTo(0, Offset.offset(0.5));
        // Half of it, in decibels, half-way; 20 ms are 5.6 dB.
        assertThat(reaches(body, 1900, -7)).isBetween(1975 - 20, 1975 + 20);
        assertThat(bedDb(body, 2000)).isCloseTo(-14, Offset.offset(1.0));
    }

    @Test
    void theReleaseTakesHalfASecondAfterASecondOfSilence() {
        Pcm body = duck(word(1000, 2000, 0.2));

        assertThat(bedDb(body, 2980)).isCloseTo(-14, Offset.offset(1.0));
        assertThat(rises(body, 2900, -13.5)).isBetween(3000 - 20, 3018 + 20);
        assertThat(rises(body, 2900, -7)).isBetween(3250 - 20, 3250 + 20);
        assertThat(bedDb(body, 3520)).isCloseTo(0, Offset.offset(0.3));
    }

    @Test
    void aPauseOfLessThanASecondIsNoPause() {
        Pcm dub = Tones.sequence(word(1000, 2000, 0.2), word(900, 2000, 0.2));
        Pcm body = duck(dub);

        for (int ms = 1000; ms < 4000; ms += 20) {
            assertThat(bedDb(body, ms)).as("at %d ms", ms).isCloseTo(-14, Offset.offset(1.0));
        }
    }

    @Test
    void theBedGoesOnIntoTheNextDubbedSegment() {
        Mixer mixer = new Mixer(Bed.DUCK, -14, FRAME);
        Limited first = mixer.mix(original, word(4000, 5900, 0.2), null, DUBBED).limited();
        Limited second =
                mixer.mix(original, word(4000, 5000, 0.2), null, first.next()).limited();

        assertThat(bedDb(first.body(), 5950)).isCloseTo(-14, Offset.offset(1.0));
        // 95 ms of the silence lie in the first segment.
        assertThat(bedDb(second.body(), 850)).isCloseTo(-14, Offset.offset(1.0));
        assertThat(rises(second.body(), 850, -7)).isBetween(1155 - 20, 1155 + 20);
        assertThat(Tones.part(second.body(), 0, FRAME).samples())
                .isEqualTo(Tones.part(first.body(), LENGTH, LENGTH + FRAME).samples());
    }

    @Test
    void aConstantBedIsConstantWithRampsToOriginalSound() {
        Limited mixed = new Mixer(Bed.CONSTANT, -14, FRAME)
                .mix(original, word(2000, 3000, 0.2), null, Before.ORIGINAL)
                .limited();

        for (int ms = 250; ms < 5980; ms += 50) {
            assertThat(bedDb(mixed.body(), ms)).as("at %d ms", ms).isCloseTo(-14, Offset.offset(1.0));
        }
        assertThat(bedDb(mixed.body(), 15)).isCloseTo(0, Offset.offset(0.1));
        // The ramp lies behind the one frame, 21 ms.
        assertThat(bedDb(mixed.body(), 60)).isBetween(-2.0, -0.1);
        assertThat(bedDb(mixed.body(), 205)).isBetween(-13.5, -7.0);
        int tailMs = mixed.tailFrames() * FRAME * 1000 / RATE;
        assertThat(bedDb(mixed.tail(), tailMs - 195)).isBetween(-14.5, -10.0);
        assertThat(bedDb(mixed.tail(), tailMs - 20)).isBetween(-0.5, 0.0);
        assertThat(bedDb(mixed.tail(), tailMs + 10)).isCloseTo(0, Offset.offset(0.1));
    }

    @Test
    void withoutABedTheDubIsAlone() {
        Pcm dub = word(0, 5000, 0.2);
        Limited mixed =
                new Mixer(Bed.OFF, -14, FRAME).mix(original, dub, null, DUBBED).limited();

        assertThat(Tones.part(mixed.body(), FRAME, FRAME + dub.sampleFrames()).samples())
                .isEqualTo(dub.samples());
        assertThat(mixed.bedDb()).isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void aStemIsHeardAtFullLevelAndTheOriginalIsNot() {
        Pcm stem = Tones.sine(RATE, 1, 1000, 0.1, 5990);
        Limited mixed = new Mixer(Bed.STEM, -14, FRAME)
                .mix(original, word(1000, 2000, 0.2), stem, DUBBED)
                .limited();

        assertThat(Tones.rms(Tones.part(mixed.body(), FRAME, LENGTH), 3000, 5000))
                .isCloseTo(20 * Math.log10(0.1) - 3.01, Offset.offset(0.1));
        assertThat(bedDb(mixed.body(), 4000)).isLessThan(-60);
    }

    @ParameterizedTest
    @EnumSource(Bed.class)
    void nothingClips(Bed bed) {
        Pcm loud = Tones.part(Tones.sine(RATE, 1, 500, 0.99, 7000), 0, LENGTH + 2 * FRAME);
        Limited mixed = new Mixer(bed, -6, FRAME)
                .mix(loud, Tones.babble(RATE, 1, 3, 5900, 1), loud, DUBBED)
                .limited();

        assertThat(TruePeak.of(mixed.body())).isLessThanOrEqualTo(Decibels.toFactor(-1));
        assertThat(TruePeak.of(aired(mixed))).isLessThanOrEqualTo(Decibels.toFactor(-1));
    }

    @ParameterizedTest
    @CsvSource({"OFF, 500, 700", "OFF, 440, 1000", "DUCK, 500, 700", "CONSTANT, 300, 3000", "STEM, 200, 900"})
    void aJointOfTwoSinesHasNoClick(Bed bed, double originalHz, double dubHz) {
        Pcm source = Tones.part(Tones.sine(RATE, 1, originalHz, 0.3, 7000), 0, LENGTH + 2 * FRAME);
        Pcm dub = Tones.part(Tones.sine(RATE, 1, dubHz, 0.3, 7000), 0, LENGTH);
        double mostOriginal = Tones.step(source, 0, LENGTH);
        double mostDub = Tones.step(dub, 0, LENGTH);

        Limited mixed = new Mixer(bed, -14, FRAME)
                .mix(source, dub, null, Before.ORIGINAL)
                .limited();
        Pcm aired = aired(mixed);

        assertThat(aired.sampleFrames()).isEqualTo(LENGTH + 2 * FRAME);
        // Equal power: the two are at most 3 dB up together, and so are their steps. Over a bed they are both heard.
        double most = bed == Bed.OFF ? Math.hypot(mostOriginal, mostDub) * 1.02 : mostOriginal + mostDub;
        assertThat(Tones.step(aired, 0, aired.sampleFrames())).isLessThanOrEqualTo(most);
        assertThat(Tones.part(aired, 0, 2 * FRAME).samples())
                .isEqualTo(Tones.part(source, 0, 2 * FRAME).samples());
        assertThat(Tones.part(aired, FRAME + LENGTH, 2 * FRAME + LENGTH).samples())
                .isEqualTo(
                        Tones.part(source, FRAME + LENGTH, 2 * FRAME + LENGTH).samples());
    }

    @Test
    void aJointKeepsThePowerOfTwoSoundsThatDiffer() {
        Pcm source = Tones.babble(RATE, 1, 0, 6100, 1);
        for (int i = 0; i < source.samples().length; i++) {
            source.samples()[i] = (float) Math.sin(i * (double) i) * 0.2f;
        }
        Pcm place = Tones.part(source, 0, LENGTH + 2 * FRAME);
        Pcm dub = Tones.part(place, 5000, LENGTH);

        Pcm body = new Mixer(Bed.OFF, 0, FRAME)
                .mix(place, dub, null, Before.ORIGINAL)
                .limited()
                .body();

        // The cross-fade: 10 ms behind two frames.
        double across = Tones.rms(Tones.part(body, 2 * FRAME, 2 * FRAME + 480), 0, 10);
        assertThat(across).isCloseTo(Tones.rms(place, 1000, 2000), Offset.offset(1.0));
    }

    @Test
    void theWordStaysWhereItIs() {
        Pcm body = new Mixer(Bed.OFF, 0, FRAME)
                .mix(original, word(1234, 2000, 0.2), null, Before.ORIGINAL)
                .limited()
                .body();
        int first = 3 * FRAME;
        while (Math.abs(body.samples()[first]) < 0.01) {
            first++;
        }

        assertThat((first - FRAME) * 1000.0 / RATE).isCloseTo(1234, Offset.offset(0.5));
    }

    @Test
    void aSegmentOfAFewFramesIsMixedToo() {
        Pcm few = Tones.part(original, 0, 7 * FRAME);
        for (Bed bed : Bed.values()) {
            Limited mixed = new Mixer(bed, -14, FRAME)
                    .mix(few, word(0, 20, 0.2), null, Before.ORIGINAL)
                    .limited();

            assertThat(mixed.body().sampleFrames()).isEqualTo(7 * FRAME);
            assertThat(mixed.tailFrames()).isBetween(1, 5);
            assertThat(mixed.tail().sampleFrames()).isEqualTo((mixed.tailFrames() + 2) * FRAME);
        }
    }

    @Test
    void theOriginalGoesDownInTheSegmentBeforeForAWordAtTheBeginningOfTheNext() {
        Mixer mixer = new Mixer(Bed.DUCK, -14, FRAME);
        Limited first = mixer.mix(original, word(1000, 2000, 0.2), null, DUBBED).limited();
        Limited second =
                mixer.mix(original, word(10, 1000, 0.2), null, first.next()).limited();
        int kept = LENGTH - second.leadFrames() * FRAME;
        Pcm joined = Tones.sequence(
                Tones.part(first.body(), 0, FRAME + kept),
                Tones.part(second.lead(), FRAME, second.lead().sampleFrames() - FRAME),
                Tones.part(second.body(), FRAME, second.body().sampleFrames()));
        int joint = LENGTH * 1000 / RATE;

        assertThat(bedDb(first.body(), joint - 10)).as("unknown as yet").isCloseTo(0, Offset.offset(0.3));
        assertThat(bedDb(joined, joint - 60)).isCloseTo(0, Offset.offset(0.5));
        assertThat(reaches(joined, joint - 60, -7)).isBetween(joint - 15 - 20, joint - 15 + 20);
        assertThat(bedDb(joined, joint + 12)).isCloseTo(-14, Offset.offset(1.0));
        // What the encoder overlaps with on both sides is what airs there.
        assertThat(Tones.part(second.lead(), 0, FRAME).samples())
                .isEqualTo(Tones.part(first.body(), kept, kept + FRAME).samples());
        assertThat(Tones.part(second.body(), 0, FRAME).samples())
                .isEqualTo(Tones.part(second.lead(), second.leadFrames() * FRAME, (second.leadFrames() + 1) * FRAME)
                        .samples());
    }

    @Test
    void theLimiterTurnsTheSegmentBeforeDownAheadOfAPeak() {
        Mixer mixer = new Mixer(Bed.OFF, 0, FRAME);
        Limited first = mixer.mix(original, Tones.part(Tones.sine(RATE, 1, 300, 0.5, 6000), 0, LENGTH), null, DUBBED)
                .limited();
        Limited second = mixer.mix(
                        original, Tones.part(Tones.sine(RATE, 1, 330, 3, 6000), 40, LENGTH), null, first.next())
                .limited();

        assertThat(second.leadFrames()).isPositive();
        Pcm end = Tones.part(second.lead(), second.leadFrames() * FRAME, (second.leadFrames() + 1) * FRAME);
        assertThat(Tones.rms(end, 18, 21)).isLessThan(Tones.rms(end, 0, 10) - 3);
        for (float sample : second.lead().samples()) {
            assertThat(Math.abs(sample)).isLessThanOrEqualTo((float) Decibels.toFactor(Limiter.CEILING_DBTP));
        }
    }

    @Test
    void aSegmentThatChangesNothingBeforeItselfHasNoLead() {
        Mixer mixer = new Mixer(Bed.DUCK, -14, FRAME);
        Limited first = mixer.mix(original, word(4000, 5900, 0.2), null, DUBBED).limited();

        assertThat(mixer.mix(original, word(0, 2000, 0.2), null, first.next())
                        .limited()
                        .leadFrames())
                .isZero();
    }

    @Test
    void aStemGoesOnOverTheJointAndFadesWhereTheNextSegmentHasNone() {
        Pcm stem = Tones.part(Tones.sine(RATE, 1, 1000, 0.1, 7000), 0, LENGTH);
        Mixer mixer = new Mixer(Bed.STEM, -14, FRAME);
        Limited first = mixer.mix(original, word(1000, 2000, 0.2), stem, DUBBED).limited();
        Limited on =
                mixer.mix(original, word(1000, 2000, 0.2), stem, first.next()).limited();
        Limited without =
                mixer.mix(original, word(1000, 2000, 0.2), null, first.next()).limited();

        double most = Tones.step(stem, 0, LENGTH) * 1.01;
        // The last frame of the first segment was encoded without what lies behind it.
        assertThat(on.leadFrames()).isPositive();
        assertThat(Tones.rms(on.lead(), 0, 20)).isCloseTo(-23, Offset.offset(0.3));
        assertThat(Tones.rms(
                        Tones.part(
                                on.lead(),
                                on.lead().sampleFrames() - FRAME,
                                on.lead().sampleFrames()),
                        0,
                        20))
                .as("behind the joint")
                .isCloseTo(-23, Offset.offset(0.3));
        assertThat(Tones.rms(Tones.part(on.body(), FRAME, LENGTH), 0, 10)).isCloseTo(-23, Offset.offset(0.3));
        assertThat(without.leadFrames()).isPositive();
        assertThat(Tones.step(without.lead(), 0, without.lead().sampleFrames())).isLessThan(most);
        assertThat(Tones.rms(Tones.part(without.body(), FRAME, LENGTH), 0, 10)).isLessThan(-80);
    }

    /** A service that sends no background for the first dub, and one for the next. */
    @Test
    void aStemThatTheSegmentBeforeHadNotComesUpWithoutAClick() {
        Pcm stem = Tones.part(Tones.sine(RATE, 1, 1000, 0.1, 7000), RATE / 4000, RATE / 4000 + LENGTH);
        Mixer mixer = new Mixer(Bed.STEM, -14, FRAME);
        Limited first = mixer.mix(original, word(1000, 2000, 0.2), null, Before.ORIGINAL)
                .limited();
        Limited second =
                mixer.mix(original, word(1000, 2000, 0.2), stem, first.next()).limited();

        assertThat(Tones.step(second.body(), 0, FRAME + RATE / 10)).isLessThan(Tones.step(stem, 0, LENGTH) * 1.01);
        assertThat(Tones.rms(Tones.part(second.body(), FRAME, FRAME + RATE), 20, 100))
                .isCloseTo(-23, Offset.offset(0.3));
    }

    @Test
    void aStemThatEndedBeforeItsSegmentComesUpAgainWithoutAClick() {
        Pcm whole = Tones.part(Tones.sine(RATE, 1, 1000, 0.1, 7000), 0, LENGTH);
        float[] samples = java.util.Arrays.copyOf(whole.samples(), LENGTH - 400);
        for (int i = 1; i <= 240; i++) {
            samples[samples.length - i] *= (i - 0.5f) / 240;
        }
        Mixer mixer = new Mixer(Bed.STEM, -14, FRAME);
        // A quarter of a period later, so that it begins at a peak.
        Pcm next = Tones.part(Tones.sine(RATE, 1, 1000, 0.1, 7000), RATE / 4000, RATE / 4000 + LENGTH);
        Limited first = mixer.mix(original, word(1000, 2000, 0.2), new Pcm(RATE, 1, samples), DUBBED)
                .limited();
        Limited second =
                mixer.mix(original, word(1000, 2000, 0.2), next, first.next()).limited();

        assertThat(Tones.step(second.body(), 0, FRAME + RATE / 10)).isLessThan(Tones.step(whole, 0, LENGTH) * 1.01);
        assertThat(Tones.rms(Tones.part(second.body(), FRAME, FRAME + RATE), 20, 100))
                .isCloseTo(-23, Offset.offset(0.3));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 6, 24, 47})
    void aStemThatIsAFewSamplesShortHasNoHole(int missing) {
        Pcm whole = Tones.sine(RATE, 1, 1000, 0.1, 14_000);
        Mixer mixer = new Mixer(Bed.STEM, -14, FRAME);
        Limited first = mixer.mix(original, word(1000, 2000, 0.2), Tones.part(whole, 0, LENGTH - missing), DUBBED)
                .limited();
        Limited second = mixer.mix(original, word(1000, 2000, 0.2), Tones.part(whole, LENGTH, 2 * LENGTH), first.next())
                .limited();

        Pcm joint = second.lead();
        assertThat(Tones.step(joint, 0, joint.sampleFrames())).isLessThan(Tones.step(whole, 0, LENGTH) * 1.01);
        for (int ms = 5; ms < joint.sampleFrames() * 1000 / RATE - 15; ms++) {
            assertThat(Tones.rms(joint, ms, ms + 10)).as("at %d ms", ms).isCloseTo(-23, Offset.offset(0.8));
        }
    }

    @ParameterizedTest
    @CsvSource({"DUCK, OFF", "OFF, DUCK", "CONSTANT, DUCK", "DUCK, CONSTANT", "OFF, CONSTANT", "CONSTANT, OFF"})
    void aBedThatIsChangedOnAirMovesWithoutAClick(Bed from, Bed to) {
        Limited first = new Mixer(from, -14, FRAME)
                .mix(original, word(4000, 5900, 0.2), null, DUBBED)
                .limited();
        Limited second = new Mixer(to, -20, FRAME)
                .mix(original, word(100, 3000, 0.2), null, first.next())
                .limited();

        double most = Tones.step(original, 0, LENGTH);
        // In the first 90 ms of the segment nobody speaks.
        assertThat(Tones.step(second.body(), 0, FRAME + 90 * RATE / 1000)).isLessThanOrEqualTo(most);
        if (to != Bed.OFF) {
            assertThat(bedDb(second.body(), 300)).isCloseTo(-20, Offset.offset(1.0));
        }
    }

    /** As it airs before an original segment: the tail in the place of the last frames. */
    private static Pcm aired(Limited mixed) {
        return Tones.sequence(
                Tones.part(mixed.body(), 0, FRAME + LENGTH - mixed.tailFrames() * FRAME),
                Tones.part(mixed.tail(), FRAME, mixed.tail().sampleFrames()));
    }

    private Pcm duck(Pcm dub) {
        return new Mixer(Bed.DUCK, -14, FRAME)
                .mix(original, dub, null, DUBBED)
                .limited()
                .body();
    }

    private int reaches(Pcm body, int fromMs, double db) {
        int ms = fromMs;
        while (bedDb(body, ms) > db) {
            ms++;
        }
        return ms;
    }

    private int rises(Pcm body, int fromMs, double db) {
        int ms = fromMs;
        while (bedDb(body, ms) < db) {
            ms++;
        }
        return ms;
    }
}
