package io.livedub.media.gst.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Mp4SegmentWriter;
import io.livedub.media.Pcm;
import io.livedub.media.SilentFrame;
import io.livedub.support.Ffmpeg;
import io.livedub.support.Mp4Frames;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class GstAudioCodecIT {
    private final GstAudioCodec codec = new GstAudioCodec();
    private final Mp4SegmentWriter writer = new Mp4SegmentWriter();

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"48000,2", "44100,1", "44100,2", "32000,1", "22050,2", "16000,1", "48000,6", "7350,1"})
    void whatIsEncodedIsHeardAtItsTime(int rate, int channels) throws IOException {
        // given
        AudioFormat format = AudioFormat.aacLc(rate, channels);
        int click = 5 * 1024 + 300;
        Pcm pcm = click(rate, channels, 20 * 1024, click);

        // when
        List<byte[]> frames = codec.encode(pcm, format, 20);

        // then
        assertThat(frames).hasSize(20);
        Path file = m4a(format, frames);
        float[] heard = Mp4Frames.decode(file, channels);
        assertThat(heard.length / channels).isEqualTo(20 * 1024);
        assertThat(peak(heard, channels)).isCloseTo(click, within(rate / 1000));
    }

    @ParameterizedTest
    @CsvSource({"2b118800,2", "2b098800,1", "2b920800,2"})
    void aDecoderThatWasToldOfSbrHearsItAtItsTimeToo(String config, int channels) throws IOException {
        // given: explicit SBR, which no encoder here makes; a decoder upsamples plain frames
        AudioFormat format = AudioFormat.parse(HexFormat.of().parseHex(config));
        int click = 5 * 1024 + 300;
        Pcm pcm = click(format.sampleRateHz(), channels, 20 * 1024, click);

        // when
        List<byte[]> frames = codec.encode(pcm, format, 20);

        // then
        assertThat(format.sbr()).isTrue();
        float[] heard = Mp4Frames.decode(m4a(format, frames), channels);
        assertThat(heard.length / channels).isEqualTo(20 * 2048);
        assertThat(peak(heard, channels)).isCloseTo(2 * click, within(2 * format.sampleRateHz() / 1000));
        Pcm decoded = codec.decode(new AacClip(format, frames, 0, 20 * 1024), 2 * format.sampleRateHz(), channels);
        assertThat(peak(decoded.samples(), channels)).isCloseTo(2 * click, within(2 * format.sampleRateHz() / 1000));
    }

    @ParameterizedTest
    @CsvSource({"48000,2,48000,2", "44100,1,48000,2", "48000,2,44100,1", "24000,1,48000,2"})
    void anM4aOfFfmpegDecodesToItsExactPlaceAndLength(int rate, int channels, int toRate, int toChannels)
            throws IOException {
        // given
        double at = 1.25;
        Path file = ffmpegM4a(rate, channels, at, 3);

        // when
        AacClip clip = codec.demux(Files.readAllBytes(file));
        Pcm pcm = codec.decode(clip, toRate, toChannels);

        // then
        assertThat(clip.format().sampleRateHz()).isEqualTo(rate);
        assertThat(clip.leadingSamples()).isEqualTo(1024);
        assertThat(clip.audibleSamples()).isEqualTo(3L * rate);
        assertThat(pcm.sampleRateHz()).isEqualTo(toRate);
        assertThat(pcm.channels()).isEqualTo(toChannels);
        assertThat(pcm.durationNs() / 1e9).isEqualTo(3.0);
        assertThat(peak(pcm.samples(), toChannels) / (double) toRate).isCloseTo(at, within(0.001));
    }

    @Test
    void aFragmentedFileIsReadToo() throws IOException {
        // given
        Path file = Ffmpeg.generate(
                "fragmented.m4a", 2, "", "sine=440:r=48000", "-movflags", "frag_keyframe+empty_moov", "-f", "mp4");

        // when
        AacClip clip = codec.demux(Files.readAllBytes(file));

        // then
        assertThat(clip.frames().size()).isBetween(92, 96);
        assertThat(codec.decode(clip, 48_000, 1).durationNs() / 1e9).isCloseTo(2, within(0.05));
    }

    @Test
    void theSoundBeginsWithoutFadingIn() throws IOException {
        // given: a tone from the first sample on
        Path file = Ffmpeg.generate("tone.m4a", 1, "", "aevalsrc=0.5*cos(2*PI*440*t):s=48000:c=mono", "-b:a", "128k");

        // when
        float[] samples =
                codec.decode(codec.demux(Files.readAllBytes(file)), 48_000, 1).samples();

        // then
        assertThat(samples).hasSize(48_000);
        float peak = 0;
        for (int i = 0; i < 200; i++) {
            peak = Math.max(peak, Math.abs(samples[i]));
        }
        assertThat(peak).isBetween(0.4f, 0.6f);
    }

    @Test
    void ownFilesComeBackUntouched() {
        // given
        AudioFormat format = AudioFormat.aacLc(48_000, 2);
        List<byte[]> frames = codec.encode(click(48_000, 2, 30 * 1024, 9000), format, 30);
        byte[] file = writer.mux(frames(format, frames), 0);

        // when
        AacClip clip = codec.demux(file);

        // then
        assertThat(clip.format()).isEqualTo(format);
        assertThat(clip.frames()).hasSize(30);
        for (int i = 0; i < 30; i++) {
            assertThat(clip.frames().get(i)).isEqualTo(frames.get(i));
        }
        assertThat(clip.leadingSamples()).isZero();
        assertThat(clip.audibleSamples()).isEqualTo(30 * 1024L);
    }

    @ParameterizedTest
    @CsvSource({"48000,2,48000,1", "48000,1,44100,1", "44100,2,48000,2", "16000,1,48000,2"})
    void conversionMovesNothing(int rate, int channels, int toRate, int toChannels) {
        // given
        Pcm pcm = click(rate, channels, rate, rate / 2);

        // when
        Pcm converted = codec.convert(pcm, toRate, toChannels);

        // then
        assertThat(converted.sampleFrames()).isEqualTo(toRate);
        assertThat(peak(converted.samples(), toChannels)).isCloseTo(toRate / 2, within(toRate / 2000));
    }

    @ParameterizedTest
    @CsvSource({"1.25", "1.1", "0.8"})
    void stretchingKeepsThePitchAndScalesTheTime(double tempo) {
        // given
        int rate = 48_000;
        float[] samples = new float[rate * 2];
        for (int i = rate; i < samples.length; i++) {
            samples[i] = (float) (0.5 * Math.sin(2 * Math.PI * 440 * i / rate));
        }

        // when
        Pcm stretched = codec.stretch(new Pcm(rate, 1, samples), tempo);

        // then
        assertThat(stretched.sampleFrames()).isEqualTo((int) Math.round(2 * rate / tempo));
        int onset = 0;
        while (Math.abs(stretched.samples()[onset]) < 0.1) {
            onset++;
        }
        assertThat(onset / (double) rate).isCloseTo(1 / tempo, within(0.03));
        assertThat(frequency(stretched.samples(), onset + 4800, onset + 24_000, rate))
                .isCloseTo(440, within(8.0));
    }

    @Test
    void silenceIsSilent() throws IOException {
        // given
        AudioFormat format = AudioFormat.aacLc(44_100, 2);

        // when
        byte[] frame = codec.silence(format);

        // then
        float[] heard = Mp4Frames.decode(m4a(format, Collections.nCopies(20, frame)), 2);
        assertThat(heard.length / 2).isEqualTo(20 * 1024);
        for (float sample : heard) {
            assertThat(Math.abs(sample)).isLessThan(0.0005f);
        }
        assertThat(codec.silence(AudioFormat.aacLc(44_100, 2))).isSameAs(frame);
    }

    /** A publisher may write the same settings in other bytes with each frame: an encoder for each would take a processor. */
    @Test
    void silenceOfTheSameSoundIsEncodedOnce() {
        byte[] made = codec.silence(AudioFormat.parse(new byte[] {0x11, (byte) 0x90}));

        for (int number = 0; number < 200; number++) {
            AudioFormat same = AudioFormat.parse(new byte[] {0x11, (byte) 0x90, (byte) number});
            assertThat(codec.silence(same)).isSameAs(made);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0990,2",
        "1194,2",
        "11b8,8",
        "1188,1",
        "1190,2",
        "11b0,6",
        "118004c4010020000d4c61766335392e33372e31303056e500,3",
        "118004c4040021100d4c61766335392e33372e31303056e500,4",
        "118004c848002000c4400d4c61766335392e33372e31303056e500,7",
        "899000,2",
        "b98800,1",
        "f8e64000,2"
    })
    void everyFormatHasASilence(String config, int channels) throws IOException {
        // given: AAC Main, frames of 960 samples, eight channels, what has an encoder, program config elements, and
        // types without ends of frames
        AudioFormat format = AudioFormat.parse(HexFormat.of().parseHex(config));

        // when
        byte[] made = codec.silence(format);
        byte[] written = SilentFrame.of(format);

        // then
        assertThat(format.channels()).isEqualTo(channels);
        for (byte[] frame : List.of(made, written)) {
            float[] heard = Mp4Frames.decode(m4a(format, Collections.nCopies(20, frame)), channels);
            assertThat(heard.length / channels).isEqualTo(20 * format.samplesPerFrame());
            for (float sample : heard) {
                assertThat(Math.abs(sample)).isLessThan(0.0005f);
            }
        }
    }

    static Stream<byte[]> garbage() throws IOException {
        byte[] noise = new byte[10_000_000];
        new Random(7).nextBytes(noise);
        byte[] looksLikeMp4 = noise.clone();
        byte[] ftyp = {
            0, 0, 0, 20, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm', 0, 0, 0, 1, 'i', 's', 'o', 'm', 0, 0, 1, 0, 'm', 'o',
            'o', 'v'
        };
        System.arraycopy(ftyp, 0, looksLikeMp4, 0, ftyp.length);
        byte[] whole = Files.readAllBytes(ffmpegM4a(48_000, 2, 0.5, 3));
        Path video = Ffmpeg.generate("only-video.mp4", 1, "testsrc2=size=160x120:rate=10", "");
        return Stream.of(
                new byte[0],
                new byte[] {1},
                noise,
                looksLikeMp4,
                Arrays.copyOf(whole, 200),
                Arrays.copyOf(whole, whole.length / 2),
                Files.readAllBytes(video));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void garbageIsRefusedInTime(byte[] bytes) {
        // when
        long started = System.nanoTime();

        // then
        assertThatThrownBy(() -> codec.demux(bytes))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("MP4");
        assertThat(System.nanoTime() - started).isLessThan(TimeUnit.SECONDS.toNanos(4));
    }

    @Test
    void noiseInFramesDoesNoHarm() {
        // given
        List<byte[]> noise = new ArrayList<>();
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            byte[] frame = new byte[200];
            random.nextBytes(frame);
            noise.add(frame);
        }
        AacClip clip = new AacClip(AudioFormat.aacLc(48_000, 2), noise, 0, 50 * 1024);

        // when, then
        assertThatThrownBy(() -> codec.decode(clip, 48_000, 2)).isInstanceOf(CodecException.class);
    }

    @Test
    void channelsThatAProgramConfigElementListsAreDecoded() throws IOException {
        // given: quadraphonic sound, for which there is no channel configuration
        Path file = Ffmpeg.generate("quad.m4a", 1, "", "aevalsrc=0.3*sin(440*2*PI*t)|0|0|0:s=48000:c=quad");

        // when
        AacClip clip = codec.demux(Files.readAllBytes(file));
        Pcm pcm = codec.decode(clip, 48_000, 4);

        // then
        assertThat(clip.format().channelConfiguration()).isZero();
        assertThat(clip.format().channels()).isEqualTo(4);
        assertThat(pcm.sampleFrames()).isEqualTo(48_000);
        assertThatThrownBy(() -> codec.encode(pcm, clip.format(), 10))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("program config element");
        byte[] again = writer.mux(frames(clip.format(), clip.frames()), 0);
        assertThat(codec.demux(again).format()).isEqualTo(clip.format());
    }

    @Test
    void frequencyReplicationIsDecodedAtItsRateAndLength() throws IOException {
        // given
        Path file = folder.resolve("he.m4a");
        Shell.run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                "src/test/resources/he-aac/he-aac.flv",
                "-vn",
                "-c",
                "copy",
                file.toString());

        // when
        AacClip clip = codec.demux(Files.readAllBytes(file));
        Pcm pcm = codec.decode(clip, 48_000, 2);

        // then
        assertThat(pcm.durationNs() / 1e9)
                .isCloseTo(clip.audibleSamples() / (double) clip.format().sampleRateHz(), within(0.001));
    }

    @Test
    void soundOfWhichFramesAreDamagedIsRefused() {
        // given: the rest would be heard too early
        AudioFormat format = AudioFormat.aacLc(48_000, 2);
        List<byte[]> frames = new ArrayList<>(codec.encode(click(48_000, 2, 30 * 1024, 9000), format, 30));
        byte[] damaged = new byte[200];
        new Random(3).nextBytes(damaged);
        frames.set(10, damaged);
        frames.set(20, damaged);

        // when, then
        assertThatThrownBy(() -> codec.decode(new AacClip(format, frames, 0, 30 * 1024), 48_000, 2))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("28 of its 30 frames could be decoded");
    }

    @Test
    void soundThatChangesItsChannelsIsRefused() {
        // given: frames of silence that bring a program config element of three channels
        AudioFormat format = AudioFormat.aacLc(48_000, 2);
        List<byte[]> frames = new ArrayList<>(Collections.nCopies(20, codec.silence(format)));
        frames.addAll(Collections.nCopies(20, HexFormat.of().parseHex("a09900000020000000000100000000000070")));

        // when, then
        assertThatThrownBy(() -> codec.decode(new AacClip(format, frames, 0, 40 * 1024), 48_000, 2))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("it changes from 48000 Hz, 2 channels to 48000 Hz, 3 channels");
    }

    @Test
    void mutatedFramesDoNoHarm() {
        // given
        AudioFormat format = AudioFormat.aacLc(48_000, 2);
        List<byte[]> good = codec.encode(click(48_000, 2, 60 * 1024, 9000), format, 60);
        Random random = new Random(5);

        for (int round = 0; round < 40; round++) {
            List<byte[]> frames = new ArrayList<>();
            for (byte[] frame : good) {
                byte[] mutated = frame.clone();
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
                frames.add(random.nextInt(3) == 0 ? mutated : frame);
            }

            // when
            try {
                Pcm pcm = codec.decode(new AacClip(format, frames, 0, 60 * 1024), 48_000, 2);

                // then
                assertThat(pcm.sampleFrames()).isBetween(59 * 1024, 61 * 1024);
            } catch (CodecException refused) {
                assertThat(refused.getMessage()).startsWith("sound cannot be decoded: ");
            }
        }
    }

    @Test
    void aTrackBesideVideoIsFound() throws IOException {
        // given
        Path file = Ffmpeg.generate("both.mp4", 2, "testsrc2=size=160x120:rate=10", "sine=440:r=48000");

        // when
        AacClip clip = codec.demux(Files.readAllBytes(file));

        // then
        assertThat(clip.frames().size()).isBetween(92, 96);
    }

    @Test
    void timesAreAsMeasured() {
        // given
        AudioFormat format = AudioFormat.aacLc(48_000, 2);
        Pcm pcm = click(48_000, 2, 281 * 1024, 50_000);
        // The first decoding loads libraries: 300 ms.
        codec.decode(new AacClip(format, codec.encode(pcm, format, 281), 0, 281 * 1024), 44_100, 1);

        // when
        long start = System.nanoTime();
        List<byte[]> frames = codec.encode(pcm, format, 281);
        long encoded = System.nanoTime();
        codec.decode(new AacClip(format, frames, 0, 281 * 1024), 44_100, 1);
        long decoded = System.nanoTime();

        // then
        System.out.printf(
                "6 s: encode %.0f ms, decode and resample %.0f ms%n",
                (encoded - start) / 1e6, (decoded - encoded) / 1e6);
        assertThat(decoded - start).isLessThan(TimeUnit.SECONDS.toNanos(1));
    }

    private Path m4a(AudioFormat format, List<byte[]> frames) throws IOException {
        Path file = folder.resolve("made.m4a");
        Files.write(file, writer.mux(frames(format, frames), 0));
        return file;
    }

    private static List<Frame> frames(AudioFormat format, List<byte[]> data) {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < data.size(); i++) {
            long at = format.framesToNs(i);
            frames.add(new Frame(format, at, at, true, 0, data.get(i)));
        }
        return frames;
    }

    private static Path ffmpegM4a(int rate, int channels, double clickAt, int seconds) {
        String layout = channels == 1 ? "mono" : "stereo";
        String expression = "if(between(t\\,%s\\,%s)\\,0.9\\,0)".formatted(clickAt - 0.0002, clickAt + 0.0002);
        return Ffmpeg.generate(
                "click-%d-%d-%s.m4a".formatted(rate, channels, clickAt),
                seconds,
                "",
                "aevalsrc=" + expression + (channels == 2 ? "|" + expression : "") + ":s=" + rate + ":c=" + layout,
                "-b:a",
                "128k");
    }

    private static Pcm click(int rate, int channels, int length, int at) {
        float[] samples = new float[length * channels];
        for (int i = at - 4; i <= at + 4; i++) {
            Arrays.fill(samples, i * channels, (i + 1) * channels, 0.9f);
        }
        return new Pcm(rate, channels, samples);
    }

    private static int peak(float[] samples, int channels) {
        int best = 0;
        for (int i = 0; i < samples.length; i += channels) {
            if (Math.abs(samples[i]) > Math.abs(samples[best])) {
                best = i;
            }
        }
        return best / channels;
    }

    private static double frequency(float[] samples, int from, int to, int rate) {
        int crossings = 0;
        for (int i = from + 1; i < to; i++) {
            if (samples[i - 1] < 0 && samples[i] >= 0) {
                crossings++;
            }
        }
        return crossings * (double) rate / (to - from);
    }
}
