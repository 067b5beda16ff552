package io.livedub.sound;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;

class LimiterTest {
    private static final double CEILING = Decibels.toFactor(Limiter.CEILING_DBTP);

    @Test
    void thePeakBetweenSamplesIsSeen() {
        // A quarter of the sampling rate, 45 degrees off: all samples at 0.707, the peak between them at 1.
        float[] samples = new float[4800];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) Math.sin(Math.PI / 2 * i + Math.PI / 4);
        }

        assertThat(TruePeak.of(new Pcm(48_000, 1, samples))).isBetween(0.99, 1.15);
        Pcm inside = new Pcm(48_000, 1, java.util.Arrays.copyOf(samples, 4800));
        float[] peaks = TruePeak.peaks(inside, 0);
        assertThat((double) peaks[2400]).isCloseTo(1, Offset.offset(0.01));
    }

    @Test
    void whatIsNotTooLoudIsNotChanged() {
        Pcm quiet = Tones.sine(48_000, 2, 440, 0.7, 1000);

        assertThat(Limiter.limit(quiet)).isSameAs(quiet);
    }

    @ParameterizedTest
    @ValueSource(doubles = {1, 2, 4, 16})
    void noPeakIsHigherThanTheCeiling(double peak) {
        for (long seed = 0; seed < 5; seed++) {
            Pcm limited = Limiter.limit(Tones.babble(48_000, 2, peak, 6000, seed));

            assertThat(TruePeak.of(limited)).isLessThanOrEqualTo(CEILING);
        }
    }

    @Test
    void aLowVoiceIsTurnedDownAndNotBent() {
        Pcm limited = Limiter.limit(Tones.sine(48_000, 1, 100, 2, 2000));
        // In the middle the level is constant: a sine remains.
        Pcm inside = Tones.part(limited, 48_000, 48_000 + 4800);
        double error = 0;
        for (int i = 0; i < inside.sampleFrames(); i++) {
            double sine = CEILING * Math.sin(2 * Math.PI * 100 * (48_000 + i) / 48_000);
            error = Math.max(error, Math.abs(inside.samples()[i] - sine));
        }

        // 0.5 dB within a period of 10 ms.
        assertThat(error).isLessThan(0.06);
    }

    @Test
    void itIsBackAtFullLevelSoonAfterAPeak() {
        float[] samples = Tones.sine(48_000, 1, 440, 0.5, 1000).samples();
        samples[24_000] = 2;
        Pcm limited = Limiter.limit(new Pcm(48_000, 1, samples));

        assertThat(limited.samples()[24_000 - 600]).isEqualTo(samples[24_000 - 600]);
        // 7 dB at 300 dB a second, and the look-ahead twice.
        assertThat(limited.samples()[24_000 + 48 * 40]).isEqualTo(samples[24_000 + 48 * 40]);
        assertThat(Math.abs(limited.samples()[24_000])).isLessThanOrEqualTo((float) CEILING);
    }

    @Test
    void nothingIsLimitedToNothing() {
        Pcm nothing = new Pcm(48_000, 2, new float[0]);

        assertThat(Limiter.limit(nothing)).isSameAs(nothing);
    }
}
