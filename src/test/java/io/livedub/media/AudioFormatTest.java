package io.livedub.media;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class AudioFormatTest {
    private static final String QUAD = "118004c4040021100d4c61766335392e33372e31303056e500";

    @ParameterizedTest(name = "{0}: {7}")
    @CsvSource({
        "1190, 2, 48000, 2, 2, 1024, false, plain stereo",
        "1194, 2, 48000, 2, 2, 960, false, frames of 960 samples",
        "0990, 1, 48000, 2, 2, 1024, false, Main",
        "2190, 4, 48000, 2, 2, 1024, false, LTP",
        "11b0, 2, 48000, 6, 6, 1024, false, 5.1",
        "11b8, 2, 48000, 7, 8, 1024, false, 7.1",
        "11d8, 2, 48000, 11, 7, 1024, false, 6.1",
        "11e0, 2, 48000, 12, 8, 1024, false, 7.1 with two at the back",
        "11e8, 2, 48000, 13, 24, 1024, false, 22.2",
        "899000, 17, 48000, 2, 2, 1024, false, error resilient",
        "b99000, 23, 48000, 2, 2, 512, false, low delay",
        "b99400, 23, 48000, 2, 2, 480, false, low delay and short",
        "f8e64000, 39, 48000, 2, 2, 512, false, enhanced low delay",
        "f8e65000, 39, 48000, 2, 2, 480, false, enhanced low delay and short",
        "f946432200, 42, 48000, 2, 2, 1024, false, USAC",
        "1780613010, 2, 49760, 2, 2, 1024, false, a rate that is written out",
        // AudioSpecificConfigs of ffmpeg: three front, back and low-frequency channels by a program config element.
        "118004c4010020000d4c61766335392e33372e31303056e500, 2, 48000, 0, 3, 1024, false, PCE of 2.1",
        QUAD + ", 2, 48000, 0, 4, 1024, false, PCE of quad",
        "118004c848002000c4400d4c61766335392e33372e31303056e500, 2, 48000, 0, 7, 1024, false, PCE of 6.1",
        "118004c848002008c8200d4c61766335392e33372e31303056e500, 2, 48000, 0, 8, 1024, false, PCE of octagonal",
        "1180, 2, 48000, 0, 2, 1024, false, a PCE in the frames only",
        "2b118800, 2, 24000, 2, 2, 1024, true, SBR announced first",
        "eb098800, 2, 24000, 1, 1, 1024, true, parametric stereo announced first",
        "131056e598, 2, 24000, 2, 2, 1024, true, SBR announced behind",
        "131056e500, 2, 24000, 2, 2, 1024, false, SBR denied behind",
        "130856e59d4880, 2, 24000, 1, 1, 1024, true, parametric stereo announced behind",
        "1310fff56e598000, 2, 24000, 2, 2, 1024, false, garbage that looks like it later on"
    })
    void everyConfigThatStreamsHaveIsRead(
            String config, int type, int rate, int configuration, int channels, int samples, boolean sbr, String what) {
        AudioFormat format = AudioFormat.parse(HexFormat.of().parseHex(config));

        assertThat(format.objectType()).isEqualTo(type);
        assertThat(format.sampleRateHz()).isEqualTo(rate);
        assertThat(format.channelConfiguration()).isEqualTo(configuration);
        assertThat(format.channels()).isEqualTo(channels);
        assertThat(format.samplesPerFrame()).isEqualTo(samples);
        assertThat(format.sbr()).isEqualTo(sbr);
    }

    @Test
    void garbageBehindAConfigChangesNothing() {
        AudioFormat plain = AudioFormat.parse(HexFormat.of().parseHex("1190"));
        Random random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            byte[] longer = new byte[2 + random.nextInt(40)];
            random.nextBytes(longer);
            longer[0] = 0x11;
            longer[1] = (byte) 0x90;
            if (longer.length > 2) {
                longer[2] = 0;
            }
            AudioFormat format = AudioFormat.parse(longer);
            assertThat(format.channels()).isEqualTo(plain.channels());
            assertThat(format.samplesPerFrame()).isEqualTo(plain.samplesPerFrame());
            assertThat(format.sbr()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', AudioSpecificConfig is truncated at 0 bytes",
        "11, AudioSpecificConfig is truncated at 1 bytes",
        "2b11, AudioSpecificConfig is truncated at 2 bytes",
        "118004c404, AudioSpecificConfig is truncated at 5 bytes",
        "118004c0000000, AAC program config element has no channel",
        "11c0, AAC channel configuration 8 is reserved",
        "11f8, AAC channel configuration 15 is reserved",
        "1690, AAC sampling frequency index 13 is reserved",
        "1780000010, AAC sampling frequency is 0 Hz",
        "17ffffff90, AAC sampling frequency is 16777215 Hz",
        "4190, audio object type 8 is not AAC",
        "f94643e200, AAC frame length index 7 is reserved"
    })
    void whatNoDecoderReadsIsRefusedByName(String config, String message) {
        assertThatThrownBy(() -> AudioFormat.parse(HexFormat.of().parseHex(config)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void nothingButARefusalComesOfAnyBytesAndEveryFormatHasASilence() {
        Random random = new Random(11);
        byte[] quad = HexFormat.of().parseHex(QUAD);
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] config = i % 2 == 0 ? new byte[random.nextInt(24)] : Arrays.copyOf(quad, 2 + random.nextInt(23));
            if (i % 2 == 0) {
                random.nextBytes(config);
            } else {
                config[random.nextInt(config.length)] = (byte) random.nextInt();
            }
            AudioFormat format;
            try {
                format = AudioFormat.parse(config);
            } catch (IllegalArgumentException refused) {
                continue;
            }
            read++;
            assertThat(format.channels()).isBetween(1, 93);
            assertThat(format.sampleRateHz()).isBetween(4_000, 192_000);
            assertThat(format.frameDurationNs()).isBetween(1_000_000L, 1_100_000_000L);
            assertThat(SilentFrame.of(format).length).isBetween(1, 768 * format.channels());
        }
        assertThat(read).isGreaterThan(10_000);
    }

    @Test
    void theSilenceOfAProgramConfigHasItsElements() {
        // Front pair 0, back pair 1: id 1, tag, 45 bits of channels; then the end.
        byte[] silence = SilentFrame.of(AudioFormat.parse(HexFormat.of().parseHex(QUAD)));

        assertThat(bits(silence, 0, 7)).isEqualTo("0010000");
        assertThat(bits(silence, 52, 7)).isEqualTo("0010001");
        assertThat(bits(silence, 104, 3)).isEqualTo("111");
    }

    private static String bits(byte[] bytes, int from, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < from + count; i++) {
            text.append(bytes[i / 8] >> (7 - i % 8) & 1);
        }
        return text.toString();
    }
}
