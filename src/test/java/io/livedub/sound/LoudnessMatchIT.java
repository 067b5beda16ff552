package io.livedub.sound;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;
import io.livedub.support.SpokenText;

import static org.assertj.core.api.Assertions.assertThat;

/** The contract's figures of loudness, on speech of two voices and languages in segments of 6 s. */
class LoudnessMatchIT {
    private static final String ENGLISH =
            "The river rises in the hills, and for the first ten miles it is little more than a stream. In the spring,"
                    + " when the snow melts, it fills the whole valley; by August you can cross it on foot. My grandfather"
                    + " kept sheep there, and he knew every stone of it. He used to say that water has no memory. I was"
                    + " seven years old, and I believed him. ";
    private static final String SPANISH =
            "El río nace en las colinas, y durante las primeras diez millas es poco más que un arroyo. En primavera,"
                    + " cuando se funde la nieve, llena todo el valle; en agosto se puede cruzar a pie. Mi abuelo tenía"
                    + " ovejas allí, y conocía cada piedra. Decía que el agua no tiene memoria. Yo tenía siete años, y le"
                    + " creía. ";
    private static final int SEGMENT_MS = 6000;

    private final List<Pcm> originals =
            segments(SpokenText.of("en", ENGLISH.repeat(4), 165).pcm());
    private final List<Pcm> dubs =
            segments(SpokenText.of("es", SPANISH.repeat(4), 165).pcm());

    private static List<Pcm> segments(Pcm speech) {
        List<Pcm> segments = new ArrayList<>();
        int length = speech.sampleRateHz() * SEGMENT_MS / 1000;
        for (int at = 0; at + length <= speech.sampleFrames(); at += length) {
            segments.add(Tones.part(speech, at, at + length));
        }
        return segments;
    }

    private static double loudness(List<Pcm> segments) {
        return Loudness.of(Tones.sequence(segments.toArray(Pcm[]::new)));
    }

    /** Corrections of one segment after the other, dB; what remains against the original's last minute goes to {@code left}. */
    private List<Double> matched(double originalLufs, double louder, List<Double> left) {
        double up = originalLufs - loudness(originals);
        double dubUp = originalLufs + louder - loudness(dubs);
        LoudnessMatch match = new LoudnessMatch();
        List<Double> gains = new ArrayList<>();
        for (int k = 0; k < Math.min(originals.size(), dubs.size()); k++) {
            match.hear(k * 6_000_000_000L, Loudness.blocks(Tones.plus(originals.get(k), up)));
            Pcm dub = Tones.plus(dubs.get(k), dubUp);
            double gain = match.gainDb(Loudness.of(dub));
            gains.add(gain);
            Pcm given = Tones.plus(dub, new LimitedLevel(dub).gainDb(gain));
            left.add(Math.abs(Loudness.of(Limiter.limit(given)) - match.target()));
        }
        return gains;
    }

    @ParameterizedTest
    @ValueSource(ints = {-16, -23, -30})
    void ninetyFivePercentOfTheSegmentsAreWithinOneLoudnessUnit(int originalLufs) {
        List<Double> left = new ArrayList<>();
        for (int louder : new int[] {-11, -6, 0, 6, 11}) {
            matched(originalLufs, louder, left);
        }
        long near = left.stream().filter(difference -> difference <= 1).count();

        System.out.println("LoudnessMatchIT " + originalLufs + " LUFS: " + near + " of " + left.size()
                + " segments within 1 LU, most "
                + left.stream().mapToDouble(Double::doubleValue).max().orElse(0));
        assertThat(left).hasSizeGreaterThan(50);
        assertThat(near).isGreaterThanOrEqualTo((long) Math.ceil(0.95 * left.size()));
    }

    @Test
    void beyondThatItIsTwelveDecibels() {
        assertThat(matched(-23, 20, new ArrayList<>())).allMatch(gain -> gain == -12);
        assertThat(matched(-23, -20, new ArrayList<>())).allMatch(gain -> gain == 12);
    }
}
