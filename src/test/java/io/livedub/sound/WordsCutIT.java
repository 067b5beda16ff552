package io.livedub.sound;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.livedub.media.Pcm;
import io.livedub.support.SpokenText;
import io.livedub.support.SpokenText.Spoken;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How many segments of 6 s end inside a word, at fixed places and at pauses. The words' places are espeak-ng's own.
 *
 * <p>{@code -Dwords-cut.write=true} writes the table into docs/sound.md.
 */
class WordsCutIT {
    private static final Path PAGE = Path.of("docs/sound.md");
    private static final String BEGIN = "<!-- words cut: begin -->\n";
    private static final String END = "<!-- words cut: end -->\n";
    private static final int SEGMENT_MS = 6000;
    private static final int SURROUNDINGS_MS = 600;
    /** Segments are taken from everywhere: one after the other, all of them soon end at the same pauses, whatever the first one's beginning. */
    private static final int STEP_MS = 250;

    private static final double MUSIC_DB = -12;
    private static final int[] WORDS_PER_MINUTE = {140, 170, 200};

    private record Row(String language, int speed, double fixed, double pause, double withMusic) {}

    @Test
    void pausesCutFewWords() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String language : new String[] {"en", "es", "de"}) {
            String text = Files.readString(Path.of("src/test/resources/spoken/" + language + ".txt"));
            for (int speed : WORDS_PER_MINUTE) {
                rows.add(row(language, text, speed));
            }
        }
        String table = table(rows);
        System.out.println(table);
        if (Boolean.getBoolean("words-cut.write")) {
            String page = Files.readString(PAGE);
            int from = page.indexOf(BEGIN) + BEGIN.length();
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(page.indexOf(END)));
        }

        assertThat(rows.stream().mapToDouble(Row::fixed).average().orElseThrow())
                .isGreaterThan(60);
        assertThat(rows.stream().mapToDouble(Row::pause).average().orElseThrow())
                .as("speech alone, %")
                .isLessThanOrEqualTo(5);
        assertThat(rows.stream().mapToDouble(Row::withMusic).average().orElseThrow())
                .as("with music, %")
                .isLessThanOrEqualTo(15);
    }

    private static Row row(String language, String text, int speed) {
        Spoken spoken = SpokenText.of(language, text, speed);
        Pcm mixed = withMusic(spoken.pcm());
        int segments = 0;
        int fixed = 0;
        int pause = 0;
        int music = 0;
        long lengthMs = spoken.pcm().durationNs() / 1_000_000;
        for (int t0 = 0; t0 + SEGMENT_MS < lengthMs; t0 += STEP_MS) {
            segments++;
            fixed += spoken.inWord(t0 + SEGMENT_MS) ? 1 : 0;
            pause += spoken.inWord(end(spoken.pcm(), t0)) ? 1 : 0;
            music += spoken.inWord(end(mixed, t0)) ? 1 : 0;
        }
        return new Row(language, speed, 100.0 * fixed / segments, 100.0 * pause / segments, 100.0 * music / segments);
    }

    private static int end(Pcm pcm, int t0Ms) {
        int fromMs = t0Ms + SEGMENT_MS * 2 / 3 - SURROUNDINGS_MS;
        Pcm part = Tones.part(pcm, at(pcm, fromMs), at(pcm, t0Ms + SEGMENT_MS));
        OptionalInt found = PauseFinder.find(part, SURROUNDINGS_MS, SURROUNDINGS_MS + SEGMENT_MS / 3);
        return found.isPresent() ? fromMs + found.getAsInt() : t0Ms + SEGMENT_MS;
    }

    private static int at(Pcm pcm, int ms) {
        return (int) ((long) ms * pcm.sampleRateHz() / 1000);
    }

    private static String table(List<Row> rows) {
        Map<String, String> names = Map.of("en", "English", "es", "Spanish", "de", "German");
        StringBuilder table = new StringBuilder(
                """
                | speech | words a minute | `fixed` | `pause` | `pause`, music 12 dB under the speech |
                |---|---|---|---|---|
                """);
        for (Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %.0f %% | %.1f %% | %.1f %% |%n",
                    names.get(row.language),
                    row.speed,
                    row.fixed,
                    row.pause,
                    row.withMusic));
        }
        return table.append(String.format(
                        Locale.ROOT,
                        "| all | | %.0f %% | %.1f %% | %.1f %% |%n",
                        rows.stream().mapToDouble(Row::fixed).average().orElseThrow(),
                        rows.stream().mapToDouble(Row::pause).average().orElseThrow(),
                        rows.stream().mapToDouble(Row::withMusic).average().orElseThrow()))
                .toString();
    }

    /** Chords of struck strings that change each half second. */
    private static Pcm withMusic(Pcm speech) {
        float[] music = new float[speech.samples().length];
        double[] notes = {220, 262, 330, 294, 349, 440, 247, 392};
        for (int i = 0; i < music.length; i++) {
            double t = (double) i / speech.sampleRateHz();
            int beat = (int) (t * 2);
            for (int n = 0; n < 3; n++) {
                double hz = notes[(beat * 3 + n * 2) % notes.length];
                for (int harmonic = 1; harmonic <= 4; harmonic++) {
                    music[i] += (float) (Math.sin(2 * Math.PI * hz * harmonic * t)
                            / harmonic
                            * (0.6 + 0.4 * Math.exp(-4 * (t * 2 - beat))));
                }
            }
        }
        Pcm alone = new Pcm(speech.sampleRateHz(), 1, music);
        double gain = Decibels.toFactor(Loudness.of(speech) + MUSIC_DB - Loudness.of(alone));
        float[] samples = speech.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] += (float) (gain * music[i]);
        }
        return new Pcm(speech.sampleRateHz(), 1, samples);
    }
}
