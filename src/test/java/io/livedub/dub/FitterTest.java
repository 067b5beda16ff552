package io.livedub.dub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.M4aReader;
import io.livedub.sts.protocol.DubbedAudio;
import io.livedub.support.FakeAudioCodec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class FitterTest {
    private static final AudioFormat STREAM = AudioFormat.aacLc(48_000, 2);
    private static final int PLACES = 100;
    private static final int DUE = PLACES * 1024;

    private final FakeAudioCodec codec = new FakeAudioCodec();
    private final Fitter fitter = new Fitter(codec);

    @Test
    void framesOfTheStreamsOwnFormatGoThroughUntouched() {
        codec.clip = clip(STREAM, PLACES, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(fitted.frames()).isEqualTo(codec.clip.frames());
        assertThat(fitted.how()).isEqualTo("untouched");
        assertThat(codec.calls).containsExactly("demux");
    }

    @Test
    void aMissingFrameIsMadeUpBySilence() {
        codec.clip = clip(STREAM, PLACES - 1, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(fitted.frames())
                .hasSize(PLACES)
                .startsWith(codec.clip.frames().get(0));
        assertThat(fitted.frames().get(PLACES - 1)).isEqualTo(FakeAudioCodec.SILENCE);
        assertThat(fitted.how()).isEqualTo("untouched, +1 frame");
    }

    @Test
    void aFrameTooManyIsLeftOut() {
        codec.clip = clip(STREAM, PLACES + 1, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(fitted.frames()).isEqualTo(codec.clip.frames().subList(0, PLACES));
        assertThat(fitted.how()).isEqualTo("untouched, -1 frame");
    }

    @Test
    void primingOfWholeFramesIsLeftOutWithoutDecoding() {
        codec.clip = clip(STREAM, PLACES + 2, 2048);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(fitted.frames()).isEqualTo(codec.clip.frames().subList(2, PLACES + 2));
        assertThat(codec.calls).containsExactly("demux");
    }

    @Test
    void primingOfPartOfAFrameIsDecoded() {
        codec.clip = clip(STREAM, PLACES + 1, 960);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(codec.calls).contains("decode", "encode");
        assertThat(fitted.frames()).hasSize(PLACES);
    }

    @ParameterizedTest(name = "{0} Hz, {1} channels")
    @CsvSource({"44100, 2", "48000, 1", "24000, 1"})
    void anotherFormatIsMadeTheStreamsOwn(int rate, int channels) {
        AudioFormat theirs = AudioFormat.aacLc(rate, channels);
        codec.clip = clip(theirs, (int) Math.round(PLACES * rate / 48_000.0), 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(codec.calls).containsSubsequence("demux", "decode", "encode");
        assertThat(fitted.frames()).hasSize(PLACES);
        assertThat(fitted.how()).startsWith("AAC " + rate);
    }

    @Test
    void framesThatOnlyADecoderWithSbrUnderstandsAreDecoded() {
        // AOT 5 (SBR), 24 kHz, stereo, extension 48 kHz, core AOT 2.
        AudioFormat sbr = AudioFormat.parse(new byte[] {0x2b, 0x11, (byte) 0x88, 0x00});
        AudioFormat plain = AudioFormat.aacLc(24_000, 2);
        codec.clip = clip(sbr, PLACES, 0);

        fitter.fit(m4a(), plain, PLACES);

        assertThat(sbr.sbr()).isTrue();
        assertThat(codec.calls).contains("decode");
    }

    @Test
    void tooShortIsFollowedBySilence() {
        codec.clip = clip(STREAM, PLACES / 2, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(fitted.frames()).hasSize(PLACES);
        assertThat(codec.encoded.sampleFrames()).isEqualTo(DUE / 2);
        assertThat(fitted.how()).contains("1066 ms of silence after it");
    }

    @ParameterizedTest(name = "{0} frames for 100")
    @CsvSource({"102, 1.020", "110, 1.100", "125, 1.250"})
    void tooLongIsPlayedFasterAsMuchAsNeeded(int frames, String tempo) {
        codec.clip = clip(STREAM, frames, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(codec.calls).contains("stretch " + tempo);
        assertThat(codec.encoded.sampleFrames()).isEqualTo(DUE);
        assertThat(fitted.how()).contains("times faster").doesNotContain("cut");
    }

    @Test
    void muchTooLongIsPlayedAtTheFastestAndCut() {
        codec.clip = clip(STREAM, 200, 0);

        Fitter.FittedAudio fitted = fitter.fit(m4a(), STREAM, PLACES);

        assertThat(codec.calls).contains("stretch 1.250");
        assertThat(codec.encoded.sampleFrames()).isEqualTo(DUE);
        assertThat(fitted.how()).endsWith("1.25 times faster, cut");
    }

    @Test
    void noMoreIsDecodedThanCouldAir() {
        codec.clip = clip(STREAM, 100_000, 1000);

        fitter.fit(m4a(), STREAM, PLACES);

        assertThat(codec.decoded.frames()).hasSizeBetween(130, 140);
        assertThat(codec.decoded.audibleSamples()).isLessThanOrEqualTo(140 * 1024);
        assertThat(codec.decoded.leadingSamples()).isEqualTo(1000);
    }

    @Test
    void bothEndsAreFadedSoThatTheJointsDoNotClick() {
        fitter.fit(pcm("pcm_s16le", 48_000, 2, DUE), STREAM, PLACES);

        float[] samples = codec.encoded.samples();
        assertThat(samples[0]).isLessThan(0.01f);
        assertThat(samples[samples.length - 1]).isLessThan(0.01f);
        // 5 ms at 48 kHz are 240 samples of two channels.
        assertThat(samples[2 * 240]).isCloseTo(1f, within(0.001f));
        assertThat(samples[samples.length / 2]).isCloseTo(1f, within(0.001f));
    }

    @Test
    void aCutIsFadedLonger() {
        codec.clip = clip(STREAM, 200, 0);

        fitter.fit(m4a(), STREAM, PLACES);

        float[] samples = codec.encoded.samples();
        // 10 ms at 48 kHz are 480 samples; half of them in, the gain is a half.
        assertThat(samples[samples.length - 2 * 240]).isCloseTo(0.5f, within(0.01f));
    }

    @Test
    void aSoundOfOneSampleIsNotFadedAway() {
        fitter.fit(pcm("pcm_s16le", 48_000, 2, 1), STREAM, PLACES);

        assertThat(codec.encoded.sampleFrames()).isEqualTo(1);
        assertThat(codec.encoded.samples()[0]).isGreaterThan(0.99f);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pcm_s16le", "PCM_S16LE", "pcm_f32le"})
    void pcmIsEncoded(String format) {
        Fitter.FittedAudio fitted = fitter.fit(pcm(format, 48_000, 2, DUE), STREAM, PLACES);

        assertThat(fitted.frames()).hasSize(PLACES);
        assertThat(fitted.how()).isEqualTo(format + " re-encoded");
    }

    @Test
    void pcmOfAnotherRateIsConverted() {
        fitter.fit(pcm("pcm_s16le", 16_000, 1, DUE / 3), STREAM, PLACES);

        assertThat(codec.calls).containsExactly("convert", "encode");
        assertThat(codec.encoded.channels()).isEqualTo(2);
    }

    @Test
    void anMp4LabelledAsPcmIsAnMp4() {
        codec.clip = clip(STREAM, PLACES, 0);

        Fitter.FittedAudio fitted = fitter.fit(new DubbedAudio("pcm_s16le", 48_000, 2, m4a().data()), STREAM, PLACES);

        assertThat(fitted.how()).isEqualTo("untouched");
    }

    @Test
    void whatIsLabelledM4aAndIsNoneIsUnusable() {
        DubbedAudio wrong = new DubbedAudio("m4a", 48_000, 2, new byte[4096]);

        assertThatThrownBy(() -> fitter.fit(wrong, STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("labelled m4a, but not an MP4 file");
    }

    @Test
    void rawAdtsIsNoM4a() {
        byte[] adts = {(byte) 0xff, (byte) 0xf1, 0x4c, (byte) 0x80, 0x20, 0x1f, (byte) 0xfc, 0x21, 0x10};

        assertThatThrownBy(() -> fitter.fit(new DubbedAudio("m4a", 48_000, 2, adts), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("labelled m4a, but raw AAC with ADTS headers, not an MP4 file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftyp", "styp", "moov", "mdat", "free", "skip", "wide", "pnot"})
    void anMp4MayBeginWithAnyOfItsBoxes(String first) {
        codec.clip = clip(STREAM, PLACES, 0);
        byte[] data = ("\0\0\0\u0010" + first + "01234567").getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

        Fitter.FittedAudio fitted = fitter.fit(new DubbedAudio("pcm_s16le", 48_000, 2, data), STREAM, PLACES);

        assertThat(fitted.how()).isEqualTo("untouched");
    }

    @Test
    void channelsThatAConfigListsAreTheSameOnlyByTheSameConfig() {
        AudioFormat quad = pce("118004c4040021100d4c61766335392e33372e31303056e500");
        AudioFormat other = pce("118004c8040000180000");
        codec.clip = clip(quad, PLACES, 0);

        assertThat(quad.channels()).isEqualTo(other.channels());
        assertThat(fitter.fit(m4a(), quad, PLACES).how()).isEqualTo("untouched");
        assertThat(fitter.fit(m4a(), other, PLACES).how()).contains("re-encoded");
        assertThat(fitter.fit(m4a(), AudioFormat.aacLc(48_000, 4), PLACES).how())
                .contains("re-encoded");
    }

    private static AudioFormat pce(String config) {
        return AudioFormat.parse(java.util.HexFormat.of().parseHex(config));
    }

    @Test
    void anUnknownOrAbsentLabelIsUnusable() {
        assertThatThrownBy(() -> fitter.fit(new DubbedAudio("opus", 48_000, 2, new byte[10]), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("format 'opus' is not known");
        assertThatThrownBy(() -> fitter.fit(new DubbedAudio(null, 48_000, 2, new byte[4]), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("format 'null' is not known");
    }

    @Test
    void nothingIsUnusable() {
        assertThatThrownBy(() -> fitter.fit(new DubbedAudio("m4a", 48_000, 2, new byte[0]), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("the dubbed audio is empty");
    }

    @Test
    void garbageInAnMp4IsUnusableWithTheCodecsWord() {
        assertThatThrownBy(() -> fitter.fit(m4a(), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("not an MP4 with one readable AAC track");
    }

    @Test
    void aFormatThatNoEncoderMakesIsUnusable() {
        codec.failure = new CodecException("no encoder makes 7.1");

        assertThatThrownBy(() -> fitter.fit(pcm("pcm_s16le", 48_000, 2, DUE), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("no encoder makes 7.1");
    }

    /** Of sound of many channels that is hundreds of megabytes. */
    @Test
    void nothingIsDecodedForAFormatThatNoEncoderMakes() {
        FakeAudioCodec none = new FakeAudioCodec() {
            @Override
            public void requireEncoder(AudioFormat format) {
                throw new UnknownFormatException("no encoder makes 22.2");
            }
        };
        none.clip = new AacClip(AudioFormat.aacLc(44_100, 2), frames(PLACES), 0, DUE);

        for (DubbedAudio audio : List.of(m4a(), pcm("pcm_s16le", 44_100, 2, DUE))) {
            assertThatThrownBy(() -> new Fitter(none).fit(audio, STREAM, PLACES))
                    .isInstanceOf(UnusableAudioException.class)
                    .hasMessage("no encoder makes 22.2");
        }
        assertThat(none.calls).containsExactly("demux");
    }

    @Test
    void aFileOfPrimingOnlyIsUnusable() {
        codec.clip = new AacClip(STREAM, frames(2), 2048, 0);

        assertThatThrownBy(() -> fitter.fit(m4a(), STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("the dubbed file has no audible frame");
    }

    @Test
    void whatIsTooShortToBeHeardAtTheStreamsRateIsUnusable() {
        // One sample at 96 kHz is less than one sample at 48 kHz.
        DubbedAudio speck = pcm("pcm_s16le", 96_000, 2, 1);

        assertThatThrownBy(() -> fitter.fit(speck, STREAM, PLACES))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("the dubbed audio decodes to nothing");
    }

    @Test
    void numbersThatNoFileHasDoNotPassTheFitter() {
        codec.clip = new AacClip(STREAM, frames(3), Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);

        assertThatThrownBy(() -> fitter.fit(m4a(), STREAM, PLACES))
                .as("an error of arithmetic, which the dubber takes for unusable")
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void whateverAFileHoldsIsFittedOrUnusable() throws IOException {
        byte[] whole;
        try (InputStream file = FitterTest.class.getResourceAsStream("/m4a/moov-first.m4a")) {
            whole = file.readAllBytes();
        }
        Random random = new Random(7);
        int fitted = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = whole.clone();
            for (int hit = random.nextInt(4); hit >= 0; hit--) {
                // The structure is in the first kilobyte.
                mutated[random.nextInt(1000)] = (byte) random.nextInt();
            }
            codec.clip = read(mutated);
            try {
                assertThat(fitter.fit(m4a(), STREAM, PLACES).frames()).hasSize(PLACES);
                fitted++;
            } catch (UnusableAudioException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
        assertThat(fitted).isBetween(500, 4_500);
    }

    private static AacClip read(byte[] file) {
        try {
            return M4aReader.read(file);
        } catch (CodecException refused) {
            return null;
        }
    }

    private static AacClip clip(AudioFormat format, int frames, long leading) {
        return new AacClip(format, frames(frames), leading, (long) frames * format.samplesPerFrame() - leading);
    }

    private static List<byte[]> frames(int count) {
        List<byte[]> frames = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            frames.add(new byte[] {1, (byte) (i >> 8), (byte) i});
        }
        return frames;
    }

    private static DubbedAudio m4a() {
        return new DubbedAudio("m4a", 48_000, 2, new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', 'M', '4', 'A', ' '});
    }

    /** Full scale, positive. */
    private static DubbedAudio pcm(String format, int rate, int channels, int sampleFrames) {
        boolean floats = format.toLowerCase(java.util.Locale.ROOT).equals("pcm_f32le");
        ByteBuffer bytes =
                ByteBuffer.allocate(sampleFrames * channels * (floats ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (floats) {
                bytes.putFloat(1f);
            } else {
                bytes.putShort(Short.MAX_VALUE);
            }
        }
        return new DubbedAudio(format, rate, channels, bytes.array());
    }
}
