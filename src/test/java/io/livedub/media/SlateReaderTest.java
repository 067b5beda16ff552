package io.livedub.media;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioCodec.CodecException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Films that ffmpeg 5.1 made: a second of 64x36 at 10 fps with B-frames, and 440 Hz of 48 kHz stereo where there is sound. */
class SlateReaderTest {
    private static final long MS = 1_000_000L;

    private static byte[] film(String name) {
        try (InputStream file = SlateReaderTest.class.getResourceAsStream("/slate/" + name + ".mp4")) {
            return file.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int find(byte[] file, String type) {
        return find(file, type, 0);
    }

    private static int find(byte[] file, String type, int from) {
        byte[] sought = type.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = from; i + 4 <= file.length; i++) {
            if (Arrays.equals(file, i, i + 4, sought, 0, 4)) {
                return i;
            }
        }
        throw new AssertionError(type);
    }

    private static void refuses(byte[] file, String why) {
        assertThatThrownBy(() -> SlateReader.read(file))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aFilmHasItsPicturesInDecodingOrderAndItsSound() {
        SlateClip clip = SlateReader.read(film("film"));

        assertThat(clip.video().width()).isEqualTo(64);
        assertThat(clip.video().height()).isEqualTo(36);
        assertThat(clip.durationNs()).isEqualTo(1000 * MS);
        assertThat(clip.pictures()).hasSize(10);
        assertThat(clip.pictures().get(0).keyframe()).isTrue();
        for (int i = 0; i < 10; i++) {
            assertThat(clip.pictures().get(i).dtsNs()).isEqualTo(i * 100 * MS);
        }
        List<Long> shown = clip.pictures().stream()
                .map(picture -> picture.dtsNs() + picture.compositionNs())
                .sorted()
                .toList();
        assertThat(shown).doesNotHaveDuplicates().allMatch(at -> at >= 0);
        SlateClip.Sound sound = clip.sound().orElseThrow();
        assertThat(sound.format().sampleRateHz()).isEqualTo(48_000);
        assertThat(sound.frames()).hasSizeBetween(47, 49);
        // What the encoder put before the first sample is not heard beside the first picture, which is shown after its
        // reordering.
        assertThat(sound.earlyNs()).isEqualTo(1024 * 1_000_000_000L / 48_000 - shown.get(0));
    }

    @Test
    void itsSoundLiesBesideItsPicturesInEachRound() {
        SlateClip clip = SlateReader.read(film("film"));
        SlateClip.Sound sound = clip.sound().orElseThrow();
        long frameNs = sound.format().frameDurationNs();

        for (int round = -1; round < 3; round++) {
            long beginsNs = round * clip.durationNs();
            byte[] later = clip.soundAt(beginsNs + 500 * MS).orElseThrow();
            int index = (int) ((500 * MS + sound.earlyNs()) / frameNs);
            assertThat(later).isSameAs(sound.frames().get(index));
        }
    }

    @Test
    void aFilmWithoutSoundIsSilent() {
        SlateClip clip = SlateReader.read(film("silent"));

        assertThat(clip.sound()).isEmpty();
        assertThat(clip.soundAt(100 * MS)).isEmpty();
        assertThat(clip.pictures()).hasSize(10);
    }

    @Test
    void whatCannotBeShownAgainAndAgainIsRefused() {
        refuses(new byte[0], "moov");
        refuses("not an MP4 at all, but text".getBytes(StandardCharsets.UTF_8), "");
        refuses(film("fragmented"), "fragmented");
        refuses(M4aFile.recorded("moov-first"), "no track of pictures");

        byte[] other = film("film");
        // The brands of the file name it too.
        int description = find(other, "avc1", find(other, "stsd"));
        other[description] = 'h';
        other[description + 1] = 'v';
        refuses(other, "not H.264");

        byte[] noIdr = film("film");
        int unit = find(noIdr, "mdat") + 4;
        for (int at = unit; ; ) {
            int length = (noIdr[at] & 255) << 24
                    | (noIdr[at + 1] & 255) << 16
                    | (noIdr[at + 2] & 255) << 8
                    | noIdr[at + 3] & 255;
            if ((noIdr[at + 4] & 31) == 5) {
                noIdr[at + 4] = (byte) (noIdr[at + 4] & ~31 | 1);
                break;
            }
            at += 4 + length;
        }
        refuses(noIdr, "IDR");

        byte[] lengths = film("film");
        lengths[unit] = 0x7f;
        refuses(lengths, "do not add up");
    }

    @Test
    void aDamagedFilmIsRefusedAndNothingElseHappens() {
        byte[] whole = film("film");
        for (int length = 0; length < whole.length; length++) {
            readOrRefuse(Arrays.copyOf(whole, length));
        }
        Random random = new Random(14);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = whole.clone();
            int from = find(damaged, "moov");
            for (int k = 0; k <= random.nextInt(4); k++) {
                damaged[from + random.nextInt(damaged.length - from)] = (byte) random.nextInt();
            }
            readOrRefuse(damaged);
        }
    }

    private static void readOrRefuse(byte[] file) {
        try {
            SlateClip clip = SlateReader.read(file);
            assertThat(clip.pictures()).isNotEmpty();
            long bytes = clip.pictures().stream()
                    .mapToLong(picture -> picture.data().length)
                    .sum();
            assertThat(bytes).isLessThanOrEqualTo(file.length);
            // Every place of it can be asked for.
            clip.soundAt(clip.durationNs() - 1);
        } catch (CodecException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
