package io.livedub.media.gst;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FlvTagTest {
    @ParameterizedTest
    @CsvSource({
        "9,0x17,H.264,true",
        "9,0x27,H.264,true",
        "9,0x1c,HEVC (H.265),false",
        "9,0x12,Sorenson H.263,false",
        "9,0x14,VP6,false",
        "8,0xaf,AAC,true",
        "8,0x2f,MP3,false",
        "8,0xb6,Speex,false"
    })
    void classicCodecsAreNamed(int type, String flags, String codec, boolean supported) {
        FlvTag tag = FlvTag.parse(tag(type, Integer.decode(flags), 1), 32).orElseThrow();

        assertThat(tag.codec()).isEqualTo(codec);
        assertThat(tag.supported()).isEqualTo(supported);
        assertThat(tag.header()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"hvc1,HEVC (H.265)", "av01,AV1", "vp09,VP9", "avc1,H.264 in enhanced-RTMP form", "xy z,xy?z"})
    void enhancedVideoIsNeverSupported(String fourCc, String codec) {
        byte[] bytes = tag(9, 0x90, 0);
        System.arraycopy(fourCc.getBytes(StandardCharsets.US_ASCII), 0, bytes, 12, 4);

        FlvTag tag = FlvTag.parse(bytes, 32).orElseThrow();

        assertThat(tag.codec()).isEqualTo(codec);
        assertThat(tag.supported()).isFalse();
    }

    @Test
    void aFileHeaderBeforeTheTagIsSkippedAndTheTimeHas32Bits() {
        byte[] bytes = new byte[32];
        bytes[0] = 'F';
        bytes[1] = 'L';
        bytes[2] = 'V';
        byte[] tag = tag(8, 0xaf, 0);
        tag[4] = 1;
        tag[5] = 2;
        tag[6] = 3;
        tag[7] = (byte) 0x80;
        System.arraycopy(tag, 0, bytes, 13, 19);

        FlvTag parsed = FlvTag.parse(bytes, 32).orElseThrow();

        assertThat(parsed.timestampMs()).isEqualTo(0x80010203L);
        assertThat(parsed.header()).isTrue();
    }

    @Test
    void whatIsTooShortOrNoTrackIsNothing() {
        assertThat(FlvTag.parse(new byte[32], 0)).isEmpty();
        assertThat(FlvTag.parse(tag(8, 0xaf, 0), 12)).isEmpty();
        assertThat(FlvTag.parse(tag(18, 2, 0), 32)).isEmpty();
        assertThat(FlvTag.parse(new byte[] {'F', 'L', 'V', 1, 5, 0, 0, 0, 9, 0, 0, 0, 0}, 13))
                .isEmpty();
    }

    private static byte[] tag(int type, int flags, int packetType) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) type;
        bytes[11] = (byte) flags;
        bytes[12] = (byte) packetType;
        return bytes;
    }

    @Test
    void aPictureMayBeShownBeforeItIsDecoded() {
        byte[] tag = new byte[FlvTag.NEEDED];
        tag[13] = (byte) 0xff;
        tag[14] = (byte) 0xff;
        tag[15] = (byte) 0xbe;
        assertThat(FlvTag.compositionMs(tag, tag.length)).isEqualTo(-66);

        tag[13] = 0;
        tag[14] = 1;
        tag[15] = 0;
        assertThat(FlvTag.compositionMs(tag, tag.length)).isEqualTo(256);
        assertThat(FlvTag.compositionMs(tag, 13)).isZero();
    }
}
