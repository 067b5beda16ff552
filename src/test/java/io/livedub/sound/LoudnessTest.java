package io.livedub.sound;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;

class LoudnessTest {
    @Test
    void theFilterIsTheStandardsAt48Khz() {
        Offset<Double> close = Offset.offset(1e-8);
        double[] shelf = KWeighting.shelf(48_000);
        double[] pass = KWeighting.pass(48_000);

        // BS.1770-4, tables 1 and 2.
        assertThat(shelf[0]).isCloseTo(1.53512485958697, close);
        assertThat(shelf[1]).isCloseTo(-2.69169618940638, close);
        assertThat(shelf[2]).isCloseTo(1.19839281085285, close);
        assertThat(shelf[3]).isCloseTo(-1.69065929318241, close);
        assertThat(shelf[4]).isCloseTo(0.73248077421585, close);
        assertThat(pass[3]).isCloseTo(-1.99004745483398, close);
        assertThat(pass[4]).isCloseTo(0.99007225036621, close);
    }

    @ParameterizedTest
    @CsvSource({"48000, 1, -3.01", "48000, 2, 0", "44100, 1, -3.01", "22050, 1, -3.01", "48000, 6, 4.06"})
    void aSineOf997HzHasTheStandardsLoudness(int rate, int channels, double lufs) {
        // Six channels: three of weight 1, none of the low frequencies, two of 1.41: 3 + 2.82 powers.
        double expected = channels == 6 ? -3.01 + 10 * Math.log10(3 + 2 * 1.41) : lufs;

        assertThat(Loudness.of(Tones.sine(rate, channels, 997, 1, 2000))).isCloseTo(expected, Offset.offset(0.03));
    }

    @Test
    void pausesDoNotCount() {
        Pcm tone = Tones.sine(48_000, 1, 997, 0.1, 3000);
        Pcm withPause = Tones.sequence(tone, Tones.silence(48_000, 1, 48_000 * 6), tone);

        assertThat(Loudness.of(withPause)).isCloseTo(Loudness.of(tone), Offset.offset(0.3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 399, 1000})
    void silenceAndWhatIsShorterThanABlockHasNoLoudness(int ms) {
        Pcm pcm = ms < 400 ? Tones.sine(48_000, 1, 997, 1, ms) : Tones.silence(48_000, 1, 48_000);

        assertThat(Loudness.of(pcm)).isEqualTo(Loudness.SILENT);
    }

    @ParameterizedTest(name = "original {0} LUFS, dub {1} LU louder: gain {2} dB")
    @CsvSource({"-23, 12, -12", "-23, -12, 12", "-16, 5, -5", "-30, -7, 7", "-23, 20, -12", "-23, -15, 12"})
    void theFirstDubIsBroughtToTheOriginalWithinTwelveDecibels(double original, double louder, double gain) {
        LoudnessMatch match = new LoudnessMatch();
        match.hear(0, new double[] {power(original), power(original)});

        assertThat(match.gainDb(original + louder)).isCloseTo(gain, Offset.offset(1e-6));
    }

    @Test
    void theGainMovesByThreeDecibelsASegmentAtMost() {
        LoudnessMatch match = new LoudnessMatch();
        match.hear(0, new double[] {power(-23)});

        assertThat(match.gainDb(-23)).isCloseTo(0, Offset.offset(1e-6));
        assertThat(match.gainDb(-33)).isCloseTo(3, Offset.offset(1e-6));
        assertThat(match.gainDb(-33)).isCloseTo(6, Offset.offset(1e-6));
        assertThat(match.gainDb(-13)).isCloseTo(3, Offset.offset(1e-6));
    }

    @Test
    void onlyTheLastMinuteCounts() {
        LoudnessMatch match = new LoudnessMatch();
        double[] segment = new double[57];
        java.util.Arrays.fill(segment, power(-10));
        match.hear(0, segment);
        java.util.Arrays.fill(segment, power(-30));
        for (int k = 1; k <= 11; k++) {
            match.hear(k * 6_000_000_000L, segment);
        }

        assertThat(match.target()).isCloseTo(-30, Offset.offset(0.01));
    }

    @Test
    void ofSilenceNothingIsLearnt() {
        LoudnessMatch match = new LoudnessMatch();

        assertThat(match.gainDb(-20)).isZero();
        match.hear(0, new double[] {power(-25)});
        assertThat(match.gainDb(-20)).isCloseTo(-5, Offset.offset(1e-6));
        assertThat(match.gainDb(Loudness.SILENT)).isCloseTo(-5, Offset.offset(1e-6));
    }

    private static double power(double lufs) {
        return Math.pow(10, (lufs + 0.691) / 10);
    }
}
