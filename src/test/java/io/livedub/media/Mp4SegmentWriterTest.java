package io.livedub.media;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class Mp4SegmentWriterTest {
    private static final long MS = 1_000_000L;
    private static final AudioFormat SOUND = AudioFormat.aacLc(44_100, 2);
    private static final VideoFormat PICTURE = new VideoFormat(new byte[] {1, 77, 0, 31, -1, -32, 0, 0}, 640, 360);

    private final Mp4SegmentWriter writer = new Mp4SegmentWriter();

    @Test
    void soundIsReadBackAsItWas() {
        // given
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long at = SOUND.framesToNs(i);
            frames.add(new Frame(SOUND, at, at, true, 0, new byte[] {(byte) i, 2, 3, (byte) (i >> 4)}));
        }

        // when
        AacClip read = M4aReader.read(writer.mux(frames, 0));

        // then
        assertThat(read.format()).isEqualTo(SOUND);
        assertThat(read.frames())
                .containsExactlyElementsOf(frames.stream().map(Frame::data).toList());
        assertThat(read.leadingSamples()).isZero();
        assertThat(read.audibleSamples()).isEqualTo(200L * 1024);
    }

    @Test
    void theFirstPictureThatIsShownIsAtTheBeginning() {
        // given: a cut in the middle of a group, P B B
        List<Frame> frames = List.of(picture(1000, 1120), picture(1040, 1040), picture(1080, 1080));

        // when
        byte[] file = writer.mux(frames, 1000 * MS);

        // then
        assertThat(box(file, "elst").getInt(12))
                .as("media_time in ticks of 1/90000 s")
                .isEqualTo(40 * 90);
        ByteBuffer offsets = box(file, "ctts");
        assertThat(offsets.getInt(0)).as("version").isZero();
        assertThat(offsets.getInt(12)).isEqualTo(120 * 90);
        assertThat(offsets.getInt(16)).as("two of the next kind").isEqualTo(2);
    }

    @Test
    void aPictureThatIsShownBeforeItIsDecodedHasASign() {
        // given
        List<Frame> frames = List.of(picture(1000, 1000), picture(1040, 1020));

        // when
        ByteBuffer offsets = box(writer.mux(frames, 1000 * MS), "ctts");

        // then
        assertThat(offsets.getInt(0) >> 24).as("version").isEqualTo(1);
        assertThat(offsets.getInt(20)).isEqualTo(-20 * 90);
    }

    @Test
    void onlyKeyframesAreNamed() {
        // given
        Frame key = new Frame(PICTURE, 0, 0, true, 0, new byte[] {9});

        // when, then
        assertThat(box(writer.mux(List.of(key, picture(40, 40)), 0), "stss").getInt(8))
                .isEqualTo(1);
        assertThat(text(writer.mux(List.of(key), 0))).doesNotContain("stss").doesNotContain("ctts");
    }

    @Test
    void theIndexSaysWhereTheMediaIs() {
        // given
        Frame key = new Frame(PICTURE, 0, 0, true, 0, new byte[] {0, 0, 0, 1, 0x65});

        // when
        byte[] file = writer.mux(List.of(key, picture(40, 40)), 0);

        // then
        int at = box(file, "stco").getInt(8);
        assertThat(file).hasSize(at + 6);
        assertThat(ByteBuffer.wrap(file).getInt(at)).isEqualTo(1);
        assertThat(text(file).indexOf("mdat")).isEqualTo(at - 4);
    }

    private static Frame picture(long dtsMs, long ptsMs) {
        return new Frame(PICTURE, ptsMs * MS, dtsMs * MS, false, 0, new byte[] {7});
    }

    /** What follows a box's name. */
    private static ByteBuffer box(byte[] file, String name) {
        int at = text(file).indexOf(name) + name.length();
        return ByteBuffer.wrap(file, at, file.length - at).slice();
    }

    private static String text(byte[] file) {
        return new String(file, StandardCharsets.ISO_8859_1);
    }
}
