package io.livedub.stream.chain;

import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

class SoundBundleTest {
    private static final Format AVC =
            new VideoFormat(HexFormat.of().parseHex("014d001fffe10002670101000168"), 320, 180);
    private static final Format AAC = AudioFormat.aacLc(48_000, 2);

    private final SoundBundle bundle = new SoundBundle();

    private static Frame frame(Format format, int ms) {
        return new Frame(format, ms * 1_000_000L, ms * 1_000_000L, true, 0, new byte[1]);
    }

    private static Frame picture(int ms) {
        return frame(AVC, ms);
    }

    private static Frame sound(int ms) {
        return frame(AAC, ms);
    }

    @Test
    void soundLeavesWithTheNextPicture() {
        // given
        Frame first = sound(0);
        Frame second = sound(21);
        Frame picture = picture(33);

        // when, then
        assertThat(bundle.with(List.of(first))).isEmpty();
        assertThat(bundle.with(List.of(second))).isEmpty();
        assertThat(bundle.with(List.of(picture))).containsExactly(first, second, picture);
    }

    @Test
    void aPictureNeverWaits() {
        // given
        Frame picture = picture(0);
        Frame sound = sound(5);

        // when, then
        assertThat(bundle.with(List.of(picture, sound))).containsExactly(picture, sound);
    }

    @Test
    void soundAloneLeavesWhenItLasts60Ms() {
        // given
        List<Frame> sound = List.of(sound(0), sound(21), sound(43));

        // when, then
        assertThat(bundle.with(sound.subList(0, 2))).isEmpty();
        assertThat(bundle.with(sound.subList(2, 3))).isEqualTo(sound);
        assertThat(bundle.with(List.of(sound(64)))).as("counted anew").isEmpty();
    }

    @Test
    void longFramesLeaveOneByOne() {
        // given
        Frame sound = frame(AudioFormat.aacLc(8_000, 1), 0);

        // when, then
        assertThat(bundle.with(List.of(sound))).containsExactly(sound);
    }

    @Test
    void nothingWaitsWhenTheSourceIsLost() {
        // given
        Frame sound = sound(0);
        bundle.with(List.of(sound));

        // when, then
        assertThat(bundle.all(List.of())).containsExactly(sound);
        assertThat(bundle.all(List.of())).isEmpty();
    }
}
