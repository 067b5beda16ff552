package io.livedub.media.gst.source;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;

import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.FINE;
import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.FOREIGN_CODEC;
import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.NO_AUDIO;
import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.NO_PICTURE;
import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.NO_VIDEO;
import static io.livedub.media.gst.source.SourceWatch.SourceVerdict.SILENT;
import static org.assertj.core.api.Assertions.assertThat;

class SourceWatchTest {
    private final Set<Track> announced = EnumSet.noneOf(Track.class);
    private final Map<Track, String> foreign = new EnumMap<>(Track.class);
    private final SourceWatch watch = new SourceWatch(
            new SourceWatch.Announced() {
                @Override
                public boolean announces(Track track) {
                    return announced.contains(track);
                }

                @Override
                public String foreign(Track track) {
                    return foreign.getOrDefault(track, "");
                }
            },
            s(100));

    @Test
    void nothingForFiveSecondsIsSilence() {
        assertThat(watch.evaluate(s(104.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(105))).isEqualTo(SILENT);
        assertThat(watch.anyFrame()).isFalse();
    }

    @Test
    void aTrackThatIsLateIsTold() {
        assertThat(watch.awaits(s(120))).isEmpty();

        watch.frame(Track.AUDIO, s(101));

        assertThat(watch.awaits(s(110.9))).isEmpty();
        assertThat(watch.awaits(s(111))).contains("no picture");

        watch.frame(Track.VIDEO, s(112));

        assertThat(watch.awaits(s(130))).isEmpty();
    }

    @Test
    void eitherTrackKeepsItAlive() {
        watch.frame(Track.VIDEO, s(101));
        watch.frame(Track.AUDIO, s(104));

        assertThat(watch.evaluate(s(108.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(109))).isEqualTo(SILENT);
    }

    @Test
    void videoAloneIsAVerdictAfterEightSeconds() {
        watch.frame(Track.VIDEO, s(101));
        watch.frame(Track.VIDEO, s(108.9));
        assertThat(watch.evaluate(s(108.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(109))).isEqualTo(NO_AUDIO);
    }

    @Test
    void aPictureThatNobodyAnnouncedIsAwaitedForThirtySeconds() {
        soundUntil(131);

        assertThat(watch.evaluate(s(130.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(131))).isEqualTo(NO_VIDEO);
    }

    @Test
    void aPictureThatWasAnnouncedIsAwaitedOverTheLongestGops() {
        announced.add(Track.VIDEO);
        soundUntil(221);

        assertThat(watch.evaluate(s(161))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(221))).isEqualTo(NO_PICTURE);
        SourceEnd end = SourceEnd.of(NO_PICTURE, true, true, "", "rtmp://s/live/a/in");
        assertThat(end.failure())
                .isInstanceOfSatisfying(SourceException.class, failure -> assertThat(failure.reason())
                        .isEqualTo(SourceFailure.NO_VIDEO))
                .hasMessageContaining("announced, but no picture came")
                .hasMessageContaining("IDR");
    }

    @Test
    void aForeignCodecIsNamedOnceTheRightOneHadTimeToFollow() {
        watch.tag(s(101));
        foreign.put(Track.VIDEO, "HEVC (H.265)");

        assertThat(watch.evaluate(s(102.9))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(103))).isEqualTo(FOREIGN_CODEC);
        assertThat(watch.foreignCodec()).isEqualTo("HEVC (H.265)");
    }

    @Test
    void messagesWithoutFramesKeepASourceAliveOnlyUntilBothTracksAreThere() {
        watch.frame(Track.AUDIO, s(101));
        watch.tag(s(110));
        assertThat(watch.evaluate(s(114))).isEqualTo(FINE);
        assertThat(watch.evaluate(s(115))).isEqualTo(SILENT);

        watch.frame(Track.VIDEO, s(111));
        watch.tag(s(120));
        assertThat(watch.evaluate(s(120))).isEqualTo(SILENT);
    }

    private void soundUntil(double seconds) {
        for (double at = 101; at <= seconds; at += 1) {
            watch.tag(s(at));
            watch.frame(Track.AUDIO, s(at));
        }
    }

    @Test
    void saysWhenSilenceWouldBeOver() {
        watch.frame(Track.AUDIO, s(101));
        watch.frame(Track.VIDEO, s(102));

        assertThat(watch.silentInNs(s(102.5))).isEqualTo(s(4.5));
        assertThat(watch.evaluate(s(102.5) + watch.silentInNs(s(102.5)))).isEqualTo(SILENT);
    }

    private static long s(double seconds) {
        return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }
}
