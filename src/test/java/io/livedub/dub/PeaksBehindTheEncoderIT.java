package io.livedub.dub;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.media.AacClip;
import io.livedub.media.AudioFormat;
import io.livedub.media.Pcm;
import io.livedub.media.gst.codec.GstAudioCodec;
import io.livedub.sound.Limiter;
import io.livedub.sound.Loudness;
import io.livedub.sound.Tones;
import io.livedub.sound.TruePeak;
import io.livedub.support.SpokenText;

import static org.assertj.core.api.Assertions.assertThat;

/** By how much the encoder raises the peaks of limited sound: what the limiter's ceiling and the check behind the encoder were chosen by. */
class PeaksBehindTheEncoderIT {
    private static final int RATE = 48_000;
    private static final AudioFormat STEREO = AudioFormat.aacLc(RATE, 2);
    /** 3 s: the codec's calls have a limit, which counts on a busy machine. */
    private static final int MS = 3000;

    private final GstAudioCodec codec = new GstAudioCodec();

    static Stream<Arguments> sounds() {
        return Stream.of(
                sound("speech, English", 0.5, () -> speech("en")),
                sound("speech, Spanish", 0.5, () -> speech("es")),
                sound("speech, German", 0.5, () -> speech("de")),
                sound("a voice of noise", 2, () -> Tones.babble(RATE, 2, 4, MS, 1)),
                sound("sine of 997 Hz", 2, () -> Tones.sine(RATE, 2, 997, 2, MS)),
                sound("sine of 50 Hz", 2, () -> Tones.sine(RATE, 2, 50, 2, MS)),
                sound("white noise", 6, () -> Tones.noise(RATE, 2, 2, MS, 1)),
                sound("clipped white noise", 6, () -> Tones.noise(RATE, 2, 8, MS, 2)));
    }

    private static Arguments sound(String name, double mostDb, Supplier<Pcm> sound) {
        return Arguments.of(name, mostDb, sound);
    }

    /** So loud that the limiter works all the time. */
    private static Pcm speech(String voice) {
        Pcm spoken = SpokenText.of(voice, "The river rises in the hills. My grandfather kept sheep there. ", 165)
                .pcm();
        Pcm stereo = new GstAudioCodec().convert(spoken, RATE, 2);
        return Tones.plus(stereo, -10 - Loudness.of(stereo));
    }

    @ParameterizedTest(name = "{0}: at most {1} dB")
    @MethodSource("sounds")
    void thePeaksOfLimitedSoundRiseByNoMoreThanWasAllowedFor(String name, double mostDb, Supplier<Pcm> sound) {
        Pcm limited = Limiter.limit(sound.get());
        int count = limited.sampleFrames() / 1024;
        List<byte[]> frames = codec.encode(limited, STEREO, count);
        Pcm heard = codec.decode(new AacClip(STEREO, frames, 1024, (count - 1) * 1024L), RATE, 2);
        double beforeDb = 20 * Math.log10(TruePeak.of(limited));
        double raisedDb = 20 * Math.log10(TruePeak.of(heard)) - beforeDb;

        System.out.printf("PeaksBehindTheEncoderIT %s: %.2f dBTP, raised by %.2f dB%n", name, beforeDb, raisedDb);
        assertThat(beforeDb).isBetween(Limiter.CEILING_DBTP - 0.2, Limiter.CEILING_DBTP);
        assertThat(raisedDb).isLessThanOrEqualTo(mostDb);
    }
}
