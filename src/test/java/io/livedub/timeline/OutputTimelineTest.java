package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.OneLanguage;

import static io.livedub.timeline.FakeSource.AAC;
import static io.livedub.timeline.FakeSource.AVC;
import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class OutputTimelineTest {
    private static final long AAC_NS = AAC.frameDurationNs();
    private static final long START = 5000 * S;

    private SourceClock clock = new SourceClock();
    private OneLanguage output = new OneLanguage(clock, 12 * S, FakeSource::silence);
    private final List<Frame> out = new ArrayList<>();
    private long reorderNs;
    private long nextAudio;
    private long nextVideo;
    private int piece;
    private int pieces;

    OutputTimelineTest() {
        clock.observe(START, 0);
    }

    private void offer(long t0, long end) {
        List<Frame> video = new ArrayList<>();
        while (nextVideo * S / 30 < end) {
            long pts = nextVideo * S / 30;
            video.add(new Frame(AVC, pts, pts - reorderNs, nextVideo % 30 == 0, 0, FakeSource.payload(nextVideo++)));
        }
        List<Frame> audio = new ArrayList<>();
        while (AAC.framesToNs(nextAudio) < end - AAC_NS / 2) {
            long pts = AAC.framesToNs(nextAudio);
            audio.add(new Frame(AAC, pts, pts, true, 0, FakeSource.payload(nextAudio++)));
        }
        assertThat(output.offer(t0, end, video, audio)).isTrue();
    }

    private void skipTo(long t) {
        nextVideo = t * 30 / S;
        nextAudio = (t + AAC_NS - 1) / AAC_NS;
    }

    /** Runs the pacing from one clock time to another. */
    private void run(long fromNs, long toNs) {
        for (long now = fromNs; now < toNs; now += 10 * MS) {
            come(now);
            out.addAll(output.due(START + now, 200 * MS));
        }
    }

    /** Pieces that are offered a second after they are complete. */
    private void come(long now) {
        for (; piece < pieces && now >= (piece + 1) * 6 * S + S; piece++) {
            offer(piece * 6 * S, (piece + 1) * 6 * S);
        }
    }

    private List<Frame> track(Track track) {
        return out.stream().filter(f -> f.track() == track).toList();
    }

    private void assertSteady() {
        for (Track track : Track.values()) {
            List<Frame> frames = track(track);
            for (int i = 1; i < frames.size(); i++) {
                long step = frames.get(i).dtsNs() - frames.get(i - 1).dtsNs();
                assertThat(step).isPositive();
                if (track == Track.AUDIO) {
                    assertThat(Math.abs(step - AAC_NS)).isLessThan(AAC_NS);
                }
            }
        }
    }

    @Test
    void aFrameAirsItsDelayAfterItHappened() {
        offer(0, 6 * S);
        offer(6 * S, 12 * S);

        assertThat(output.zeroAirNs()).isEqualTo(START + 12 * S);
        assertThat(output.airNsOf(3 * S)).isEqualTo(START + 15 * S);
        assertThat(output.due(START + 11 * S, 500 * MS)).isEmpty();
        run(11 * S, 23 * S + 850 * MS);

        assertThat(track(Track.VIDEO)).hasSize(360);
        assertThat(out.get(0).dtsNs()).isZero();
        for (Frame f : track(Track.VIDEO)) {
            assertThat(f.dtsNs()).isEqualTo(FakeSource.number(f) * S / 30);
        }
        assertThat(output.figures().latencyNs()).isEqualTo(12 * S);
        assertThat(output.empty()).isTrue();
        assertSteady();
    }

    @Test
    void theLastFramesAreReplacedUntilOneOfThemHasGoneOut() {
        offer(0, 6 * S);
        List<Frame> other = new ArrayList<>();
        for (long n = nextAudio - 3; n < nextAudio; n++) {
            long pts = AAC.framesToNs(n);
            other.add(new Frame(AAC, pts, pts, true, 0, new byte[] {9}));
        }
        long held = output.heldBytes();

        assertThat(output.replaceLast(other)).isTrue();
        assertThat(output.heldBytes()).isLessThan(held);
        List<Frame> moved = other.stream().map(frame -> frame.shift(AAC_NS)).toList();
        assertThat(output.replaceLast(moved)).isFalse();
        run(17 * S, 17 * S + 720 * MS);
        assertThat(output.replaceLast(other)).isTrue();
        run(17 * S + 720 * MS, 17 * S + 770 * MS);
        assertThat(output.replaceLast(other)).isFalse();
        run(17 * S + 770 * MS, 18 * S);

        assertThat(track(Track.AUDIO).subList(278, 281))
                .allMatch(frame -> java.util.Arrays.equals(frame.data(), new byte[] {9}));
        assertThat(output.empty()).isTrue();
        assertSteady();
    }

    @Test
    void framesLeaveInTheOrderOfTheirDecodingTimes() {
        offer(0, 6 * S);

        List<Frame> due = output.due(START + 30 * S, 0);

        for (int i = 1; i < 400; i++) {
            assertThat(due.get(i).dtsNs()).isGreaterThanOrEqualTo(due.get(i - 1).dtsNs());
        }
    }

    @Test
    void decodingTimesOfBFramesAreNotNegative() {
        reorderNs = 66 * MS;
        offer(0, 6 * S);

        run(11 * S, 20 * S);

        assertThat(track(Track.VIDEO).get(0).dtsNs()).isZero();
        assertThat(track(Track.VIDEO).get(0).ptsNs()).isEqualTo(66 * MS);
        assertThat(track(Track.AUDIO).get(0).ptsNs()).isEqualTo(66 * MS);
        assertThat(output.zeroAirNs()).isEqualTo(START + 12 * S - 66 * MS);
    }

    @Test
    void nothingIsDueBeforeTheFirstPiece() {
        assertThat(output.due(START + 100 * S, S)).isEmpty();
        assertThat(output.begun()).isFalse();
        assertThat(output.figures().latencyNs()).isEqualTo(12 * S);
        assertThat(output.airNsOf(S)).isEqualTo(START + 13 * S);
        assertThat(output.offer(0, 6 * S, List.of(), List.of())).isTrue();
        assertThat(output.begun()).isFalse();
    }

    @Test
    void aHoleInTheTimelineIsSilentAndThePictureStays() {
        offer(0, 6 * S);
        skipTo(10 * S);
        offer(10 * S, 16 * S);

        run(11 * S, 27 * S + 800 * MS);

        assertThat(output.figures().filled()).isBetween(186L, 188L);
        Frame after = track(Track.VIDEO).get(180);
        assertThat(after.dtsNs()).isEqualTo(10 * S);
        assertThat(output.figures().audioErrorNs()).isZero();
        assertSteady();
    }

    @Test
    void whileTheSourceIsLostSilenceGoesOnAndTheReturnDoesNotGoBack() {
        offer(0, 6 * S);
        run(11 * S, 25 * S);
        assertThat(output.figures().filled()).isBetween(325L, 338L);
        skipTo(14 * S);
        offer(14 * S, 20 * S);

        run(25 * S, 33 * S);

        assertThat(track(Track.VIDEO).get(180).dtsNs()).isEqualTo(14 * S);
        assertThat(output.figures().lateNs()).isZero();
        assertSteady();
    }

    @Test
    void aPieceThatComesTooLateAirsWholeAndTheDelayIsWorkedOff() {
        offer(0, 6 * S);
        run(11 * S, 20 * S);
        long late = output.figures().filled() * AAC_NS;
        piece = 1;
        pieces = 60;

        run(20 * S, 320 * S);

        assertThat(late).isCloseTo(2100 * MS, Offset.offset(60 * MS));
        assertThat(output.figures().lateNs()).isCloseTo(late, Offset.offset(AAC_NS));
        Frame first = track(Track.VIDEO).get(180);
        assertThat(first.dtsNs()).isCloseTo(6 * S + late, Offset.offset(AAC_NS));
        assertThat(output.figures().latencyNs()).isCloseTo(12 * S, Offset.offset(AAC_NS / 2));
        assertThat(output.figures().dropped()).isBetween(96L, 100L);
        assertThat(output.figures().audioErrorNs()).isCloseTo(0, Offset.offset(MS));
        assertSteady();
    }

    @Test
    void audioMissingInsideAPieceIsSilent() {
        offer(0, 6 * S);
        List<Frame> video = new ArrayList<>();
        for (; nextVideo < 360; nextVideo++) {
            long t = nextVideo * S / 30;
            video.add(new Frame(AVC, t, t, false, 0, FakeSource.payload(nextVideo)));
        }
        output.offer(6 * S, 12 * S, video, List.of());

        run(11 * S, 24 * S);

        assertThat(track(Track.VIDEO)).hasSize(360);
        assertThat(output.figures().filled()).isGreaterThan(275);
        assertSteady();
    }

    @Test
    void audioThatComesAfterItsTimeWasFilledIsDropped() {
        offer(0, 6 * S);
        output.offer(6 * S, 12 * S, List.of(new Frame(AVC, 12 * S, 12 * S, true, 0, FakeSource.payload(1))), List.of());
        run(11 * S, 23 * S);

        offer(12 * S, 18 * S);
        run(23 * S, 30 * S);

        assertThat(output.figures().overlapping()).isGreaterThan(200);
        assertSteady();
    }

    @Test
    void theDelayGrowsByOnePercentWithSoundAndPictureTogether() {
        List<Long> errors = new ArrayList<>();
        output.delay(12 * S);
        pieces = 60;
        run(11 * S, 20 * S);
        output.delay(14 * S);

        for (long now = 20 * S; now < 330 * S; now += 20 * MS) {
            come(now);
            out.addAll(output.due(START + now, 200 * MS));
            errors.add(output.figures().audioErrorNs());
        }

        assertThat(output.figures().latencyNs()).isCloseTo(14 * S, Offset.offset(AAC_NS / 2));
        assertThat(output.figures().audioErrorNs()).isCloseTo(0, Offset.offset(MS));
        assertThat(output.figures().inserted()).isBetween(92L, 95L);
        assertThat(errors).allMatch(e -> Math.abs(e) < AAC_NS);
        Frame at100 = track(Track.VIDEO).get(3240);
        assertThat(at100.dtsNs()).isCloseTo(108 * S + 998 * MS, Offset.offset(15 * MS));
        assertSteady();
    }

    /** A machine that is busy, and then is not: sound would follow in whole frames only, and stay beside the picture by the rest. */
    @ParameterizedTest
    @ValueSource(longs = {-12, -6, 6, 12})
    void lessThanAFrameIsNotFollowedSoThatSoundAndPictureStayTogether(long changeMs) {
        List<Long> errors = new ArrayList<>();
        pieces = 20;

        for (long now = 0; now < 100 * S; now += 20 * MS) {
            clock.observe(START + now + (now < 20 * S ? 0 : changeMs * MS), now);
            come(now);
            out.addAll(output.due(START + now, 200 * MS));
            errors.add(output.figures().audioErrorNs());
        }

        assertThat(errors).allMatch(e -> e == 0);
        assertThat(output.figures().latencyNs() - 12 * S).isCloseTo(-changeMs * MS, Offset.offset(MS));
        assertSteady();
    }

    @Test
    void theClockThatIsFollowedBeforeTheFirstFrameAirsLeavesNothingBetweenSoundAndPicture() {
        offer(0, 6 * S);
        piece = 1;
        pieces = 20;
        for (long now = 0; now < 11 * S; now += 20 * MS) {
            clock.observe(START + now - 8 * MS, now);
            out.addAll(output.due(START + now, 200 * MS));
        }

        run(11 * S, 60 * S);

        assertThat(output.figures().audioErrorNs()).isZero();
        assertSteady();
    }

    @Test
    void aBeginningThatIsLateForSecondsCostsNoSound() {
        clock = new SourceClock();
        output = new OneLanguage(clock, 12 * S, FakeSource::silence);
        pieces = 3;

        for (long now = 0; now < 24 * S; now += 20 * MS) {
            clock.observe(START + now + (now < 5 * S ? 40 * MS : 0), now);
            come(now);
            out.addAll(output.due(START + now, 200 * MS));
        }

        assertThat(output.figures().latencyNs()).isEqualTo(12 * S);
        assertThat(output.figures().dropped()).isZero();
        assertThat(output.figures().inserted()).isZero();
        assertSteady();
    }

    @Test
    void theDelayShrinksByOnePercentAndNoPictureIsLost() {
        pieces = 60;
        run(11 * S, 20 * S);
        output.delay(11 * S);

        run(20 * S, 330 * S);

        assertThat(output.figures().latencyNs()).isCloseTo(11 * S, Offset.offset(AAC_NS / 2));
        assertThat(output.figures().audioErrorNs()).isCloseTo(0, Offset.offset(MS));
        assertThat(output.figures().dropped()).isBetween(46L, 48L);
        List<Frame> video = track(Track.VIDEO);
        for (int i = 0; i < video.size(); i++) {
            assertThat(FakeSource.number(video.get(i))).isEqualTo(i);
        }
        assertSteady();
    }

    @Test
    void airTimesToldAheadCountTheSlewUnderWay() {
        pieces = 10;
        run(11 * S, 20 * S);
        output.delay(20 * S);

        long told = output.airNsOf(40 * S);
        run(20 * S, 60 * S);

        Frame then = track(Track.VIDEO).get(1200);
        assertThat(then.dtsNs() + output.zeroAirNs()).isCloseTo(told, Offset.offset(MS));
    }

    @Test
    void drainingEndsWithTheLastFrame() {
        offer(0, 6 * S);
        output.end();

        run(11 * S, 40 * S);

        assertThat(output.empty()).isTrue();
        assertThat(output.figures().filled()).isZero();
        assertThat(output.offer(6 * S, 12 * S, List.of(), List.of())).isFalse();
    }

    @Test
    void whatIsOfferedBeyondTheBoundIsRefused() {
        offer(0, 100 * S);
        offer(100 * S, 200 * S);
        List<Frame> video = new ArrayList<>();
        for (int i = 0; i < 6000; i++) {
            video.add(new Frame(AVC, 200 * S + i, 200 * S + i, false, 0, new byte[5]));
        }

        boolean taken = output.offer(200 * S, 300 * S, video, List.of());

        assertThat(taken).isFalse();
        assertThat(output.figures().refused()).isEqualTo(6000);
        assertThat(output.figures().queued()).isLessThan(OutputTimeline.MOST_QUEUED);
    }
}
