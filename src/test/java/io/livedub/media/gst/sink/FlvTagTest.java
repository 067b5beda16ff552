package io.livedub.media.gst.sink;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class FlvTagTest {
    @ParameterizedTest
    @CsvSource({"9,0,true", "9,1,false", "8,0,true", "8,1,false"})
    void theSecondByteOfTheBodyTellsAConfigurationFromAFrame(int type, int packetType, boolean header) {
        assertThat(FlvTag.parse(tag(type, packetType), 13)).contains(new FlvTag(type, 0, header));
    }

    @Test
    void theTimeHas32BitsOfWhichTheUpper8FollowTheLower24() {
        byte[] tag = tag(8, 1);
        tag[4] = 1;
        tag[5] = 2;
        tag[6] = 3;
        tag[7] = (byte) 0x80;

        assertThat(FlvTag.parse(tag, 13)).contains(new FlvTag(FlvTag.AUDIO, 0x80010203L, false));
    }

    @Test
    void whatIsTooShortOrNoTrackIsNothing() {
        assertThat(FlvTag.parse(new byte[13], 0)).isEmpty();
        assertThat(FlvTag.parse(tag(8, 0), 12)).isEmpty();
        assertThat(FlvTag.parse(tag(18, 0), 13)).isEmpty();
    }

    private static byte[] tag(int type, int packetType) {
        byte[] bytes = new byte[FlvTag.NEEDED];
        bytes[0] = (byte) type;
        bytes[12] = (byte) packetType;
        return bytes;
    }
}
