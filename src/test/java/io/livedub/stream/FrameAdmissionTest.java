package io.livedub.stream;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

class FrameAdmissionTest {
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 320, 180);
    private static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);

    private final FrameAdmission admission = new FrameAdmission(1000);

    @Test
    void picturesGoUpToTheNextKeyframeForWhichThereIsRoom() {
        assertThat(admission.admit(frame(AVC, false), 1000)).isTrue();
        assertThat(admission.admit(frame(AVC, false), 1001)).isFalse();
        assertThat(admission.admit(frame(AVC, false), 100)).isFalse();
        assertThat(admission.admit(frame(AVC, true), 500)).isFalse();
        assertThat(admission.admit(frame(AVC, true), 499)).isTrue();
        assertThat(admission.admit(frame(AVC, false), 900)).isTrue();
        assertThat(admission.dropped()).isEqualTo(3);
    }

    @Test
    void soundGoesOnALittleLonger() {
        assertThat(admission.admit(frame(AAC, true), 1250)).isTrue();
        assertThat(admission.admit(frame(AAC, true), 1251)).isFalse();
        assertThat(admission.dropped()).isEqualTo(1);
    }

    @Test
    void aStreamMayHoldAThirdOfTheHeap() {
        assertThat(FrameAdmission.mostBytes())
                .isBetween(
                        Runtime.getRuntime().maxMemory() / 3,
                        Runtime.getRuntime().maxMemory() / 2 + 1);
    }

    private static Frame frame(Format format, boolean keyframe) {
        return new Frame(format, 0, 0, keyframe, 0, new byte[10]);
    }
}
