package io.livedub.dub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Pcm;
import io.livedub.sts.protocol.DubbedAudio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class PcmReaderTest {
    private static final long NO_LIMIT_NS = 60_000_000_000L;

    @Test
    void sixteenBitSamplesAreLittleEndianAndInterleaved() {
        byte[] bytes = {0, (byte) 0x80, (byte) 0xff, 0x7f, 0, 0x40, 0, 0};

        Pcm pcm = PcmReader.read(new DubbedAudio("pcm_s16le", 48_000, 2, bytes), 2, NO_LIMIT_NS);

        assertThat(pcm.channels()).isEqualTo(2);
        assertThat(pcm.sampleRateHz()).isEqualTo(48_000);
        assertThat(pcm.samples()).containsExactly(new float[] {-1f, 1f, 0.5f, 0f}, within(0.0001f));
    }

    @Test
    void floatsBeyondFullScaleAreLeftToTheLimiter() {
        Pcm pcm = PcmReader.read(floats(0.25f, 3f, -7f), 4, NO_LIMIT_NS);

        assertThat(pcm.samples()).containsExactly(0.25f, 3f, -7f);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void floatsThatAreNoNumbersAreUnusable(float sample) {
        assertThatThrownBy(() -> PcmReader.read(floats(0, sample), 4, NO_LIMIT_NS))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessageContaining("not numbers");
    }

    @ParameterizedTest
    @ValueSource(floats = {8.1f, -32_768f, 1e30f})
    void floatsOfAnotherScaleAreUnusable(float sample) {
        assertThatThrownBy(() -> PcmReader.read(floats(0, sample), 4, NO_LIMIT_NS))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessageContaining("full scale is 1");
    }

    @ParameterizedTest(name = "{0} Hz, {1} channels")
    @CsvSource({"0, 2", "7999, 2", "192001, 2", "-48000, 2", "2147483647, 1", "48000, 0", "48000, -1", "48000, 9"})
    void aLabelThatDescribesNoSoundIsUnusable(int rate, int channels) {
        DubbedAudio audio = new DubbedAudio("pcm_s16le", rate, channels, new byte[64]);

        assertThatThrownBy(() -> PcmReader.read(audio, 2, NO_LIMIT_NS))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessageContaining("%d Hz, %d channels", rate, channels);
    }

    @Test
    void lessThanOneSampleIsUnusable() {
        DubbedAudio audio = new DubbedAudio("pcm_s16le", 48_000, 2, new byte[3]);

        assertThatThrownBy(() -> PcmReader.read(audio, 2, NO_LIMIT_NS))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("pcm_s16le of 3 bytes");
    }

    @Test
    void partOfASampleIsUnusable() {
        DubbedAudio audio = new DubbedAudio("pcm_s16le", 48_000, 2, new byte[10]);

        assertThatThrownBy(() -> PcmReader.read(audio, 2, NO_LIMIT_NS))
                .isInstanceOf(UnusableAudioException.class)
                .hasMessage("pcm_s16le of 10 bytes, not a multiple of 4");
    }

    @Test
    void noMoreIsReadThanTheLimit() {
        DubbedAudio tenSeconds = new DubbedAudio("pcm_s16le", 8_000, 1, new byte[160_000]);

        Pcm pcm = PcmReader.read(tenSeconds, 2, 1_000_000_000L);

        assertThat(pcm.sampleFrames()).isEqualTo(8_001);
    }

    private static DubbedAudio floats(float... samples) {
        ByteBuffer bytes = ByteBuffer.allocate(samples.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : samples) {
            bytes.putFloat(sample);
        }
        return new DubbedAudio("pcm_f32le", 48_000, 1, bytes.array());
    }
}
