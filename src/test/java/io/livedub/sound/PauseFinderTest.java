package io.livedub.sound;

import java.util.OptionalInt;

import org.junit.jupiter.api.Test;

import io.livedub.media.Pcm;

import static org.assertj.core.api.Assertions.assertThat;

class PauseFinderTest {
    private static final int RATE = 48_000;

    /** Half a second of surroundings, then two seconds of which the pieces are parts. */
    private static OptionalInt find(Pcm... pieces) {
        Pcm all = Tones.sequence(pieces);
        return PauseFinder.find(all, 500, 2500);
    }

    private static Pcm voice(int ms) {
        return Tones.sine(RATE, 2, 500, 0.5, ms);
    }

    private static Pcm softer(int ms, double db) {
        return Tones.plus(voice(ms), db);
    }

    @Test
    void theMiddleOfAPauseIsFound() {
        assertThat(find(voice(1500), softer(200, -60), voice(800)).orElseThrow())
                .isBetween(1590, 1610);
    }

    @Test
    void sixDecibelsUnderTheSurroundingsAreEnoughAndFourAreNot() {
        assertThat(find(voice(1500), softer(100, -7), voice(900)).orElseThrow()).isBetween(1500, 1600);
        assertThat(find(voice(1500), softer(100, -4), voice(900))).isEmpty();
    }

    @Test
    void sixtyMillisecondsAreLongEnoughAndThirtyAreNot() {
        assertThat(find(voice(1500), softer(66, -60), voice(934)).orElseThrow()).isBetween(1525, 1541);
        assertThat(find(voice(1500), softer(30, -60), voice(970))).isEmpty();
    }

    @Test
    void theQuietestIsTakenAndOfEquallyQuietOnesTheLongest() {
        assertThat(find(voice(1000), softer(300, -10), voice(500), softer(80, -50), voice(620))
                        .orElseThrow())
                .isBetween(1800, 1880);
        assertThat(find(voice(1000), softer(300, -60), voice(500), softer(80, -90), voice(620))
                        .orElseThrow())
                .isBetween(1140, 1160);
    }

    @Test
    void whatLiesOutsideOfTheLastThirdDoesNotCount() {
        assertThat(find(softer(400, -60), voice(2100))).isEmpty();
        assertThat(find(voice(2500))).isEmpty();
        assertThat(find(Tones.silence(RATE, 2, RATE * 5 / 2))).isEmpty();
        assertThat(PauseFinder.find(Tones.silence(RATE, 2, 0), 500, 2500)).isEmpty();
    }
}
