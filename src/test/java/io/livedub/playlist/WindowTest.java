package io.livedub.playlist;

import java.time.Instant;

import org.junit.jupiter.api.Test;

import io.livedub.playlist.Window.InitSegment;
import io.livedub.playlist.Window.WindowPiece;

import static org.assertj.core.api.Assertions.assertThat;

class WindowTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final long SECOND = 1_000_000_000L;

    private final PlaylistBytes room = new PlaylistBytes(1_000);
    private final Timeline timeline = new Timeline();
    private final Window picture = new Window(room, timeline);
    private final Window sound = new Window(room, timeline);
    private final InitSegment first = new InitSegment(0, new byte[] {1});
    private final InitSegment second = new InitSegment(1, new byte[] {2});

    private static boolean add(Window to, long startS, InitSegment init, int bytes) {
        return to.add(7, startS * SECOND, 2 * SECOND, init, new byte[bytes], NOW);
    }

    @Test
    void picturesAndSoundsOfOneMomentHaveOneTime() {
        add(picture, 20, first, 10);
        add(sound, 20, first, 10);
        sound.add(7, 22 * SECOND, 2 * SECOND, first, new byte[10], NOW.plusSeconds(5));

        assertThat(picture.listed().get(0).time()).isEqualTo(NOW.minusSeconds(2));
        assertThat(sound.listed()).extracting(WindowPiece::time).containsExactly(NOW.minusSeconds(2), NOW);
        assertThat(sound.listed()).extracting(WindowPiece::number).containsExactly(7L, 8L);
    }

    @Test
    void aStreamThatBeginsAnewIsADiscontinuityOfOneNumberInAllRenditions() {
        add(picture, 20, first, 10);
        add(sound, 20, first, 10);
        // the sound is read first, the picture a moment later
        add(sound, 10, second, 10);
        add(picture, 10, second, 10);

        assertThat(sound.listed()).extracting(WindowPiece::epoch).containsExactly(0, 1);
        assertThat(picture.listed()).extracting(WindowPiece::epoch).containsExactly(0, 1);
        assertThat(sound.listed().get(1).time())
                .isEqualTo(picture.listed().get(1).time());
    }

    @Test
    void aLanguageThatBeginsLaterIsInTheEpochOfNow() {
        add(picture, 20, first, 10);
        add(picture, 10, second, 10);
        add(sound, 12, first, 10);

        assertThat(sound.listed()).extracting(WindowPiece::epoch).containsExactly(1);
    }

    @Test
    void whatALanguageMissedIsAGapAndNoDiscontinuity() {
        add(sound, 20, first, 10);
        add(sound, 26, second, 10);

        assertThat(sound.listed()).extracting(WindowPiece::isGap).containsExactly(false, true, true, false);
        assertThat(sound.listed()).extracting(WindowPiece::number).containsExactly(7L, 8L, 9L, 10L);
        assertThat(sound.listed()).extracting(piece -> piece.startNs() / SECOND).containsExactly(20L, 22L, 24L, 26L);
        assertThat(sound.listed()).extracting(WindowPiece::epoch).containsOnly(0);
    }

    @Test
    void whatIsHeldIsBoundedInNumberAndInBytes() {
        for (int i = 0; i < 100; i++) {
            assertThat(add(sound, 20 + 2L * i, first, 10)).isTrue();
        }
        assertThat(sound.listed()).hasSize(Window.LISTED);
        assertThat(room.take(900)).isFalse();
        // Another rendition needs nearly all: its own oldest make room, another's do not.
        assertThat(add(picture, 20, first, 880)).isTrue();
        assertThat(add(picture, 22, first, 880)).isTrue();
        assertThat(picture.listed())
                .extracting(piece -> piece.startNs() / SECOND)
                .containsExactly(22L);
        assertThat(add(picture, 24, first, 950)).isFalse();
        assertThat(sound.listed()).hasSize(Window.LISTED);
        // then
        sound.close();
        picture.close();
        assertThat(add(sound, 300, first, 10)).isTrue();
        assertThat(room.take(1_000)).as("all is given back").isTrue();
    }

    @Test
    void soundsHaveTheNumbersOfThePicturesBesideThem() {
        add(picture, 20, first, 10);
        add(picture, 22, first, 10);

        assertThat(picture.numberAt(22 * SECOND - 40_000_000, 2 * SECOND)).contains(8L);
        assertThat(picture.numberAt(40 * SECOND, 2 * SECOND)).isEmpty();
    }
}
