package io.livedub.sound;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;

class LimitedLevelTest {
    private static Pcm speech(double lufs) {
        Pcm pcm = Tones.babble(48_000, 2, 0.1, 6000, 5);
        return Tones.plus(pcm, lufs - Loudness.of(pcm));
    }

    @ParameterizedTest(name = "{0} LUFS brought to {1}")
    @CsvSource({"-35, -23", "-28, -16", "-20, -12", "-18.5, -11.7", "-12, -16"})
    void aSoundIsAsLoudAsWantedBehindTheLimiter(double lufs, double wanted) {
        Pcm pcm = speech(lufs);
        double gain = new LimitedLevel(pcm).gainDb(wanted - lufs);

        Pcm limited = Limiter.limit(Tones.plus(pcm, gain));

        assertThat(Loudness.of(limited)).isCloseTo(wanted, Offset.offset(0.1));
        assertThat(TruePeak.of(limited)).isLessThanOrEqualTo(Decibels.toFactor(Limiter.CEILING_DBTP));
    }

    @Test
    void whereTheLimiterTakesNothingNothingMoreIsGiven() {
        assertThat(new LimitedLevel(speech(-35)).gainDb(12)).isEqualTo(12);
        assertThat(new LimitedLevel(Tones.silence(48_000, 2, 288_000)).gainDb(12))
                .isEqualTo(12);
    }

    @Test
    void noMoreThanSixDecibelsAreGivenBesides() {
        assertThat(new LimitedLevel(speech(-12)).gainDb(12)).isEqualTo(18);
    }

    @Test
    void itMeasuresTheLoudnessAsWell() {
        assertThat(new LimitedLevel(speech(-23)).lufs()).isCloseTo(-23, Offset.offset(1e-3));
    }
}
