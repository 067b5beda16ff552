package io.livedub.timeline;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class KeyframeRhythmTest {
    private static final long MS = 1_000_000L;

    private final KeyframeRhythm rhythm = new KeyframeRhythm();

    @Test
    void theFirstKeyframesAreNotForeseen() {
        assertThat(isNear(0, true)).isTrue();
        assertThat(isNear(1_900, false)).isFalse();
    }

    @Test
    void aKeyframeIsForeseenFromTheDistanceOfTheLastTwo() {
        isNear(0, true);
        assertThat(isNear(2_000, true)).as("a whole GOP before the next one").isFalse();
        assertThat(isNear(3_190, false)).isFalse();
        assertThat(isNear(3_200, false)).isTrue();
        assertThat(isNear(4_500, false)).as("it is late").isTrue();
        assertThat(isNear(6_000, true)).isFalse();
        assertThat(isNear(9_150, false)).as("the last two lie 4 s apart").isFalse();
        assertThat(isNear(9_250, false)).isTrue();
    }

    @Test
    void everyPictureOfAShortGopIsNearAKeyframe() {
        isNear(0, true);
        assertThat(isNear(500, true)).isTrue();
        assertThat(isNear(540, false)).isTrue();
    }

    private boolean isNear(long atMs, boolean keyframe) {
        rhythm.picture(new Frame(Segments.AVC, atMs * MS, atMs * MS, keyframe, atMs * MS, new byte[4]));
        return rhythm.isKeyframeNear();
    }
}
