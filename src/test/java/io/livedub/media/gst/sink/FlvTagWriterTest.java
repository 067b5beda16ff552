package io.livedub.media.gst.sink;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

class FlvTagWriterTest {
    private static final VideoFormat VIDEO = new VideoFormat(new byte[] {1, 77, 64, 31}, 320, 180);
    private static final AudioFormat AUDIO = AudioFormat.aacLc(48_000, 2);
    private static final byte[] DATA = {0, 0, 0, 1, 0x65};

    private static FlvTag parsed(byte[] tag) {
        return FlvTag.parse(tag, tag.length).orElseThrow();
    }

    private static Frame picture(long ptsMs, long dtsMs, boolean keyframe) {
        return new Frame(
                VIDEO, TimeUnit.MILLISECONDS.toNanos(ptsMs), TimeUnit.MILLISECONDS.toNanos(dtsMs), keyframe, 0, DATA);
    }

    @Test
    void headersAreStamped0AndTheFirstFrameAbove2Seconds() {
        assertThat(parsed(FlvTagWriter.header(VIDEO, 0))).isEqualTo(new FlvTag(FlvTag.VIDEO, 0, true));
        assertThat(parsed(FlvTagWriter.header(AUDIO, 0))).isEqualTo(new FlvTag(FlvTag.AUDIO, 0, true));
        assertThat(parsed(FlvTagWriter.frame(picture(0, 0, true)))).isEqualTo(new FlvTag(FlvTag.VIDEO, 2100, false));
        assertThat(parsed(FlvTagWriter.frame(new Frame(AUDIO, 0, 0, true, 0, DATA))))
                .isEqualTo(new FlvTag(FlvTag.AUDIO, 2100, false));
    }

    @Test
    void theCodecsAreH264AndAacInTheirClassicForm() {
        assertThat(FlvTagWriter.header(VIDEO, 0)[11]).isEqualTo((byte) 0x17);
        assertThat(FlvTagWriter.header(AUDIO, 0)[11]).isEqualTo((byte) 0xaf);
        assertThat(FlvTagWriter.frame(new Frame(AUDIO, 0, 0, true, 0, DATA))[11])
                .isEqualTo((byte) 0xaf);
    }

    @Test
    void bothTracksKeepTheirDistance() {
        long stamp = TimeUnit.MICROSECONDS.toNanos(21_333);
        byte[] sound = FlvTagWriter.frame(new Frame(AUDIO, stamp, stamp, true, 0, DATA));

        assertThat(parsed(sound).timestampMs()).isEqualTo(2121);
        assertThat(parsed(FlvTagWriter.frame(picture(33, 33, false))).timestampMs())
                .isEqualTo(2133);
    }

    @ParameterizedTest
    @CsvSource({"100,33,67", "33,33,0", "33,100,-67", "99999999,0,8388607"})
    void thePictureIsShownWhenItWas(long ptsMs, long dtsMs, int compositionMs) {
        byte[] tag = FlvTagWriter.frame(picture(ptsMs, dtsMs, false));

        assertThat(tag[13] << 16 | (tag[14] & 255) << 8 | tag[15] & 255).isEqualTo(compositionMs);
        assertThat(tag[11]).isEqualTo((byte) 0x27);
    }

    @Test
    void theBytesAreTheFramesOwn() {
        byte[] tag = FlvTagWriter.frame(picture(0, 0, true));

        assertThat(tag[11]).isEqualTo((byte) 0x17);
        assertThat(Arrays.copyOfRange(tag, 16, 16 + DATA.length)).isEqualTo(DATA);
        // The length of the tag follows it.
        assertThat(tag[tag.length - 1]).isEqualTo((byte) (tag.length - 4));
        assertThat(tag[3]).isEqualTo((byte) (tag.length - 15));
    }

    @Test
    void stampsWrapAfter49Days() {
        long lastMs = (1L << 32) - 1 - FlvTagWriter.START_MS;

        assertThat(parsed(FlvTagWriter.frame(picture(lastMs, lastMs, true))).timestampMs())
                .isEqualTo((1L << 32) - 1);
        assertThat(parsed(FlvTagWriter.frame(picture(lastMs + 1, lastMs + 1, true)))
                        .timestampMs())
                .isZero();
    }

    @Test
    void theMetadataNameTheCodecs() {
        byte[] tag = FlvTagWriter.metadata(VIDEO, AUDIO, 0);

        assertThat(tag[0]).isEqualTo((byte) 18);
        assertThat(Arrays.copyOfRange(tag, 4, 8)).containsOnly(0);
        String text = new String(tag, StandardCharsets.ISO_8859_1);
        assertThat(text).contains("onMetaData", "width", "height", "videocodecid", "audiocodecid", "stereo");
        // An ECMA array of seven properties.
        assertThat(Arrays.copyOfRange(tag, 24, 29)).containsExactly(8, 0, 0, 0, 7);
    }
}
