package io.livedub.stream.source;

import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class StandbyFramesTest {
    private static final long MS = 1_000_000L;
    /** The source's stamps are this much ahead of our clock. */
    private static final long STAMPS_AHEAD_MS = 70_000;

    private final StandbyFrames standby = new StandbyFrames();

    private static Frame video(long ms, boolean keyframe, int bytes) {
        long stampNs = (ms + STAMPS_AHEAD_MS) * MS;
        // Shown two pictures later than decoded, as with B-frames.
        return new Frame(Segments.AVC, stampNs + 80 * MS, stampNs, keyframe, ms * MS, new byte[bytes]);
    }

    private static Frame audio(long ms) {
        long stampNs = (ms + STAMPS_AHEAD_MS) * MS;
        return new Frame(Segments.AAC, stampNs, stampNs, true, ms * MS, new byte[] {1});
    }

    /** 25 pictures a second with a keyframe each 2 s, and sound. */
    private void play(long fromMs, long untilMs) {
        for (long ms = fromMs; ms < untilMs; ms += 40) {
            standby.add(video(ms, ms % 2000 == 0, 10));
            standby.add(audio(ms));
            standby.add(audio(ms + 20));
        }
    }

    private static List<Frame> of(Track track, List<Frame> frames) {
        return frames.stream().filter(frame -> frame.track() == track).toList();
    }

    @Test
    void onlyTheLastGopAndTheOneThatCoversTheSilenceAreHeldAndASecondOfSoundBefore() {
        play(0, 60_000);
        long heldBytes = standby.bytes();

        List<Frame> frames = standby.takeNewest();

        assertThat(of(Track.VIDEO, frames)).hasSize(50).first().matches(Frame::keyframe);
        assertThat(of(Track.AUDIO, frames).get(0).arrivalNs()).isEqualTo(57_000 * MS);
        assertThat(heldBytes).isEqualTo(100 * 10 + 250);
    }

    @Test
    void beforeTheFirstKeyframeThereIsNoPicture() {
        play(40, 1000);

        assertThat(standby.hasKeyframe()).isFalse();
        assertThat(of(Track.VIDEO, standby.takeNewest())).isEmpty();
    }

    @Test
    void whatIsTakenIsHeldNoMore() {
        play(0, 1000);

        standby.takeNewest();

        assertThat(standby.hasKeyframe()).isFalse();
        assertThat(standby.bytes()).isZero();
    }

    @Test
    void aGopThatIsTooLargeIsNotHeld() {
        standby.add(video(0, true, 1 << 20));
        for (int i = 1; i < 40; i++) {
            standby.add(video(i * 40, false, 1 << 20));
            assertThat(standby.bytes()).isLessThanOrEqualTo(16 << 20);
        }
        assertThat(standby.hasKeyframe()).isFalse();

        standby.add(video(4000, true, 1 << 20));

        assertThat(standby.hasKeyframe()).isTrue();
    }

    @Test
    void soundAloneIsHeldForASecond() {
        for (long ms = 0; ms < 60_000; ms += 20) {
            standby.add(audio(ms));
        }

        assertThat(standby.bytes()).isLessThan(60);
    }

    @Test
    void picturesOfTheTimeThatHasAiredAreMovedBehindItAndTheRestKeepsItsTimes() {
        play(0, 3520);

        // The keyframe came at 2.0 s, the other source's last frame at 2.3 s.
        List<Frame> frames = standby.takeBehind(2300 * MS);

        List<Frame> pictures = of(Track.VIDEO, frames);
        assertThat(pictures).hasSize(38);
        assertThat(pictures.get(37).dtsNs()).isEqualTo((3480 + STAMPS_AHEAD_MS) * MS);
        assertThat(pictures.get(0).arrivalNs()).isBetween(2299 * MS, 2301 * MS);
        assertThat(pictures.stream().filter(picture -> picture.arrivalNs() % (40 * MS) == 0))
                .as("with its own time")
                .hasSizeBetween(18, 28);
        for (int i = 1; i < pictures.size(); i++) {
            Frame before = pictures.get(i - 1);
            Frame picture = pictures.get(i);
            assertThat(picture.dtsNs()).isGreaterThanOrEqualTo(before.dtsNs() + MS);
            assertThat(picture.ptsNs()).isGreaterThan(before.ptsNs()).isGreaterThanOrEqualTo(picture.dtsNs());
            assertThat(picture.arrivalNs() - picture.dtsNs())
                    .isBetween(-STAMPS_AHEAD_MS * MS - 2, -STAMPS_AHEAD_MS * MS + 2);
        }
        assertThat(of(Track.AUDIO, frames).get(0).arrivalNs()).isBetween(2500 * MS, 2900 * MS);
    }

    @Test
    void theGopThatCoversTheSilenceIsTakenNotTheNewest() {
        play(0, 4520);

        List<Frame> frames = of(Track.VIDEO, standby.takeBehind(3000 * MS));

        assertThat(frames).hasSize(63);
        assertThat(frames.get(0).arrivalNs()).isBetween(2999 * MS, 3001 * MS);
    }

    @Test
    void aGopThatBeganBehindWhatHasAiredIsAsItIs() {
        play(1960, 3520);

        List<Frame> frames = standby.takeBehind(1900 * MS);

        assertThat(of(Track.VIDEO, frames).get(0).arrivalNs()).isEqualTo(2000 * MS);
        assertThat(of(Track.VIDEO, frames).get(1).arrivalNs()).isEqualTo(2040 * MS);
    }
}
