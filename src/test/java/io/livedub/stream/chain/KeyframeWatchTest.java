package io.livedub.stream.chain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.LifeEvent.SparseKeyframes;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

class KeyframeWatchTest {
    private static final long S = 1_000_000_000L;
    private static final VideoFormat VIDEO = new VideoFormat(new byte[] {1}, 1280, 720);

    private final List<StreamEvent> told = new ArrayList<>();
    private final KeyframeWatch watch = new KeyframeWatch(Duration.ofSeconds(10), told::add);

    private void keyframe(long seconds, long zeroSeconds) {
        accept(VIDEO, seconds, zeroSeconds, true);
    }

    private void accept(Format format, long seconds, long zeroSeconds, boolean keyframe) {
        watch.accept(new TimedFrame(
                new Frame(format, seconds * S, seconds * S, keyframe, 0, new byte[0]), zeroSeconds * S, 0));
    }

    @Test
    void measuresTheDistanceOfTheLastTwoKeyframes() {
        keyframe(0, 0);
        assertThat(watch.distanceNs()).isEmpty();
        keyframe(2, 0);
        accept(VIDEO, 3, 0, false);
        accept(AudioFormat.aacLc(48_000, 2), 4, 0, true);
        keyframe(6, 0);

        assertThat(watch.distanceNs()).hasValue(4 * S);
        assertThat(told).isEmpty();
    }

    @Test
    void warnsOnceUntilKeyframesAreNearAgain() {
        for (long second : new long[] {0, 12, 24, 36}) {
            keyframe(second, 0);
        }
        assertThat(told).containsExactly(new SparseKeyframes(Duration.ofSeconds(12), Duration.ofSeconds(10)));

        keyframe(38, 0);
        keyframe(49, 0);
        assertThat(told)
                .hasSize(2)
                .last()
                .isEqualTo(new SparseKeyframes(Duration.ofSeconds(11), Duration.ofSeconds(10)));
    }

    @Test
    void aSourceThatWasAwayIsNoSparseOne() {
        keyframe(0, 0);
        keyframe(60, 60);
        assertThat(told).isEmpty();
        keyframe(62, 60);
        assertThat(watch.distanceNs()).hasValue(2 * S);
    }

    @Test
    void neverWarnsWithoutALimit() {
        KeyframeWatch silent = new KeyframeWatch(Duration.ZERO, told::add);
        silent.accept(new TimedFrame(new Frame(VIDEO, 0, 0, true, 0, new byte[0]), 0, 0));
        silent.accept(new TimedFrame(new Frame(VIDEO, 3600 * S, 3600 * S, true, 0, new byte[0]), 0, 0));
        assertThat(told).isEmpty();
        assertThat(silent.distanceNs()).hasValue(3600 * S);
    }
}
