package io.livedub.sound;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.Pcm;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** Loudness and peaks beside ffmpeg's ebur128, which others wrote. */
class LoudnessIT {
    private static final Pattern INTEGRATED = Pattern.compile("I:\\s+(-?[\\d.]+) LUFS");
    private static final Pattern PEAK = Pattern.compile("Peak:\\s+(-?[\\d.]+) dBFS");

    @ParameterizedTest(name = "{0} Hz, {1} channels, peak {2}")
    @CsvSource({"48000, 1, 0.2", "48000, 2, 0.7", "44100, 2, 0.05", "22050, 1, 0.4", "16000, 1, 0.1", "48000, 2, 3"})
    void itIsWhatFfmpegMeasures(int rate, int channels, double peak) throws IOException {
        Pcm pcm = Limiter.limit(Tones.babble(rate, channels, peak, 12_000, 3));
        String measured = measure(pcm);

        assertThat(Loudness.of(pcm)).isCloseTo(last(INTEGRATED, measured), Offset.offset(0.15));
        assertThat(20 * Math.log10(TruePeak.of(pcm))).isCloseTo(last(PEAK, measured), Offset.offset(0.25));
        // ffmpeg says one decimal.
        assertThat(last(PEAK, measured)).isLessThanOrEqualTo(Limiter.CEILING_DBTP);
    }

    static String measure(Pcm pcm) throws IOException {
        Path raw = Files.createTempFile(Shell.target(), "loudness", ".f32");
        ByteBuffer bytes = ByteBuffer.allocate(pcm.samples().length * 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(pcm.samples());
        Files.write(raw, bytes.array());
        try {
            return Shell.run(
                    "sh",
                    "-c",
                    "ffmpeg -nostdin -hide_banner -f f32le -ar " + pcm.sampleRateHz() + " -ac " + pcm.channels()
                            + " -i " + raw + " -af ebur128=peak=true:framelog=verbose -f null - 2>&1");
        } finally {
            Files.delete(raw);
        }
    }

    static double last(Pattern figure, String text) {
        Matcher matcher = figure.matcher(text);
        double found = Double.NaN;
        while (matcher.find()) {
            found = Double.parseDouble(matcher.group(1));
        }
        return found;
    }
}
