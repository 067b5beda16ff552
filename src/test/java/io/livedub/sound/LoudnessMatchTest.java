package io.livedub.sound;

import java.util.Arrays;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class LoudnessMatchTest {
    private static final Offset<Double> EXACTLY = Offset.offset(1e-6);

    private final LoudnessMatch match = new LoudnessMatch();
    private long t0Ns;

    /** A segment of 6 s of one level. */
    private void hear(double lufs) {
        double[] blocks = new double[57];
        Arrays.fill(blocks, Double.isFinite(lufs) ? Decibels.toPower(lufs + 0.691) : 0);
        match.hear(t0Ns, blocks);
        t0Ns += 6_000_000_000L;
    }

    @Test
    void theFirstDubIsBroughtToTheOriginalAtOnce() {
        hear(-23);

        assertThat(match.gainDb(-14)).isCloseTo(-9, EXACTLY);
    }

    @Test
    void twelveDecibelsAreTheMost() {
        hear(-23);

        assertThat(match.gainDb(-3)).isEqualTo(-12);
        match.forgetGain();
        assertThat(match.gainDb(-43)).isEqualTo(12);
    }

    @Test
    void theGainMovesByThreeDecibelsASegment() {
        hear(-23);
        match.gainDb(-23);

        assertThat(match.gainDb(-15)).isCloseTo(-3, EXACTLY);
        assertThat(match.gainDb(-15)).isCloseTo(-6, EXACTLY);
        assertThat(match.gainDb(-15)).isCloseTo(-8, EXACTLY);
        assertThat(match.gainDb(-35)).isCloseTo(-5, EXACTLY);
    }

    @Test
    void whereNobodySpeaksTheGainStays() {
        hear(-23);
        match.gainDb(-28);

        assertThat(match.gainDb(Loudness.SILENT)).isCloseTo(5, EXACTLY);
        // What an encoder makes of silence would else be raised by 12 dB, and the word behind it with it.
        assertThat(match.gainDb(-66)).isCloseTo(5, EXACTLY);
        assertThat(match.gainDb(-28)).isCloseTo(5, EXACTLY);
    }

    @Test
    void anOriginalInWhichNobodySpokeIsNoTarget() {
        hear(Loudness.SILENT);
        assertThat(match.knowsTarget()).isFalse();
        assertThat(match.gainDb(-14)).isZero();
        hear(-64);
        assertThat(match.knowsTarget()).isFalse();
        assertThat(match.gainDb(-14)).isZero();

        hear(-23);

        assertThat(match.knowsTarget()).isTrue();
        // Not within 3 dB of a gain that came from nothing.
        assertThat(match.gainDb(-14)).isCloseTo(-9, EXACTLY);
    }

    @Test
    void theOriginalIsRememberedForAMinute() {
        hear(-23);
        for (int i = 0; i < 9; i++) {
            hear(Loudness.SILENT);
        }
        assertThat(match.target()).isCloseTo(-23, EXACTLY);

        hear(-30);
        hear(-30);

        assertThat(match.target()).isCloseTo(-30, EXACTLY);
    }
}
