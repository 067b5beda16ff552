package io.livedub.media.gst;

import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.livedub.media.Track;

import static io.livedub.media.gst.SourceWatch.Verdict.FINE;
import static io.livedub.media.gst.SourceWatch.Verdict.NO_AUDIO;
import static io.livedub.media.gst.SourceWatch.Verdict.NO_VIDEO;
import static io.livedub.media.gst.SourceWatch.Verdict.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

class SourceWatchTest {
    private final SourceWatch watch = new SourceWatch(s(100));

    @Test
    void nothingForFiveSecondsIsSilence() {
        assertThat(watch.evaluate(s(104.9), 0)).isEqualTo(FINE);
        assertThat(watch.evaluate(s(105), 0)).isEqualTo(SILENT);
        assertThat(watch.anyFrame()).isFalse();
    }

    @Test
    void eitherTrackKeepsItAlive() {
        watch.frame(Track.VIDEO, s(101));
        watch.frame(Track.AUDIO, s(104));

        assertThat(watch.evaluate(s(108.9), 0)).isEqualTo(FINE);
        assertThat(watch.evaluate(s(109), 0)).isEqualTo(SILENT);
    }

    @Test
    void videoAloneIsAVerdictAfterEightSecondsOrNoMorePads() {
        watch.frame(Track.VIDEO, s(101));
        watch.frame(Track.VIDEO, s(108.9));
        assertThat(watch.evaluate(s(108.9), 0)).isEqualTo(FINE);
        watch.noMorePads();
        assertThat(watch.evaluate(s(108.9), 0)).isEqualTo(NO_AUDIO);

        SourceWatch slow = new SourceWatch(s(100));
        slow.frame(Track.VIDEO, s(101));
        slow.frame(Track.VIDEO, s(109));
        assertThat(slow.evaluate(s(109), 0)).isEqualTo(NO_AUDIO);
    }

    @Test
    void audioAloneWaitsForAFarKeyframeWhileTagsCome() {
        watch.frame(Track.AUDIO, s(101));
        assertThat(watch.evaluate(s(110), s(109.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(116), s(115.9))).isEqualTo(NO_VIDEO);
        assertThat(watch.evaluate(s(110), s(104))).isEqualTo(SILENT);
    }

    @Test
    void anEndAfterFiveSilentSecondsIsATimeOut() {
        watch.frame(Track.VIDEO, s(101));

        assertThat(watch.idle(s(105))).isFalse();
        assertThat(watch.idle(s(105.9))).isTrue();
    }

    private static long s(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
