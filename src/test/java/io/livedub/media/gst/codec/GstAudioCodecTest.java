package io.livedub.media.gst.codec;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;

import static org.assertj.core.api.Assertions.assertThat;

class GstAudioCodecTest {
    private final GstAudioCodec codec = new GstAudioCodec();

    /** AAC Main, of which no encoder here makes silence; the last byte says nothing. */
    private static AudioFormat format(int number) {
        return AudioFormat.parse(new byte[] {0x09, (byte) 0x90, (byte) number});
    }

    @Test
    void silenceIsMadeOnceForAFormatHoweverManyWereThereBefore() {
        for (int number = 0; number < 200; number++) {
            codec.silence(format(number));
        }

        byte[] made = codec.silence(format(200));

        assertThat(codec.silence(format(200))).isSameAs(made);
    }

    @Test
    void silenceThatIsAskedForStaysWhileOthersComeAndGo() {
        byte[] made = codec.silence(format(255));

        for (int number = 0; number < 200; number++) {
            codec.silence(format(number));
            assertThat(codec.silence(format(255))).isSameAs(made);
        }
    }
}
