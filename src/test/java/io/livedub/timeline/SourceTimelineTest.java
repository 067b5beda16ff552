package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.LongUnaryOperator;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

/** What sources do wrong, one test each. */
class SourceTimelineTest {
    private static final long AAC_NS = FakeSource.AAC.frameDurationNs();

    private final FakeSource source = new FakeSource();
    private final SourceTimeline timeline = new SourceTimeline(FakeSource::silence);
    private final List<TimedFrame> out = new ArrayList<>();

    @Test
    void zeroIsTheFirstKeyframeAndAudioThatEndsBeforeItIsDropped() {
        source.originNs = 7777 * S;

        feed(source.frames(10 * MS, 3 * S));

        assertThat(video().get(0).frame().ptsNs()).isZero();
        assertThat(FakeSource.number(video().get(0).frame())).isEqualTo(30);
        Frame firstAudio = audio().get(0).frame();
        assertThat(firstAudio.ptsNs()).isBetween(-AAC_NS + 1, 0L);
        assertThat(firstAudio.ptsNs() + AAC_NS).isPositive();
        assertThat(timeline.counters().beforeZero()).isGreaterThan(70);
        assertSound();
    }

    /** Players were told of sound: one that gets none may wait for it. */
    @Test
    void soundThatEndsBeforeTheFirstKeyframeIsSilentFromZeroOn() {
        List<Frame> frames = new ArrayList<>();
        source.audio(0, S / 2, frames);
        source.video(S, 6 * S, frames);
        feed(frames);

        assertThat(audio()).isNotEmpty().allMatch(frame -> FakeSource.silent(frame.frame()));
        assertThat(audio().get(0).frame().ptsNs()).isZero();
        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isBetween(3_900_000_000L, 4_000_000_000L);
    }

    @Test
    void bFramesBeginWithAPresentationTimeOfZeroAndADecodingTimeBeforeIt() {
        source.bFrames = true;

        feed(source.frames(0, 2 * S));

        assertThat(video().get(0).frame().ptsNs()).isZero();
        assertThat(video().get(0).frame().dtsNs()).isEqualTo(-33 * MS);
        assertThat(video()).hasSize(60);
        assertSound();
    }

    @Test
    void leadingPicturesOfAnOpenGopAreDropped() {
        List<Frame> frames = source.frames(0, S);
        Frame leading =
                frames.stream().filter(f -> f.track() == Track.VIDEO).toList().get(1);

        for (Frame f : frames) {
            out.addAll(timeline.accept(f == leading ? f.at(-20 * MS, f.dtsNs()) : f));
        }

        assertThat(video()).hasSize(29);
        assertThat(timeline.counters().beforeZero()).isEqualTo(1);
    }

    /** What ffmpeg sends with {@code -ss 60 -stream_loop -1} when its file begins again: each picture takes a millisecond at least. */
    @ParameterizedTest
    @CsvSource({"60, 12500, 13, 0", "600, 13200, 15, 14000"})
    void aBurstUnderOneStampDoesNotRunAheadOfTheClock(int burstS, long mostMs, int settledS, int leastDropped) {
        feed(source.frames(0, 10 * S));
        timeline.clock().use();
        long heldNs = source.stamp(10 * S);
        for (Frame f : source.frames(10 * S, (10 + burstS) * S)) {
            Frame frozen = new Frame(f.format(), heldNs, heldNs, f.keyframe(), source.clockNs + 10 * S, f.data());
            out.addAll(timeline.accept(frozen));
        }
        long burstEndNs = timeline.endNs();
        out.clear();

        feed(source.frames(10 * S, 30 * S));

        assertThat(burstEndNs).isLessThan(mostMs * MS);
        assertThat(timeline.endNs()).isBetween(29_900 * MS, 30_100 * MS);
        assertThat(timeline.counters().strays()).isGreaterThanOrEqualTo(leastDropped);
        assertThat(audio().stream().filter(a -> FakeSource.silent(a.frame()))).hasSizeLessThan(10);
        List<TimedFrame> settled =
                out.stream().filter(f -> f.frame().dtsNs() > settledS * S).toList();
        assertThat(settled)
                .hasSizeGreaterThan((30 - settledS) * 76)
                .allSatisfy(f -> assertThat(f.frame().ptsNs()).isCloseTo(f.sourcePtsNs(), Offset.offset(AAC_NS)));
    }

    @Test
    void soundWhoseStampStandsStillForEverIsPlacedByItsLength() {
        for (Frame f : source.frames(0, 20 * S)) {
            out.addAll(timeline.accept(f.track() == Track.AUDIO ? f.at(0, 0) : f));
        }

        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isCloseTo(20 * S, Offset.offset(100 * MS));
    }

    @Test
    void roundingToMillisecondsDoesNotShow() {
        feed(source.frames(0, 60 * S));

        List<TimedFrame> audio = audio();
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).frame().ptsNs() - audio.get(i - 1).frame().ptsNs();
            assertThat(step).isCloseTo(AAC_NS, Offset.offset(20_000L));
        }
        assertThat(timeline.counters()).isEqualTo(counters(0));
    }

    @ParameterizedTest
    @ValueSource(doubles = {200, -200, 2000})
    void anAudioClockThatWalksIsFollowed(double ppm) {
        source.audioPpm = ppm;

        feed(source.frames(0, 600 * S));

        for (TimedFrame a : audio()) {
            assertThat(Math.abs(a.frame().ptsNs() - a.sourcePtsNs())).isLessThan(AAC_NS / 2);
        }
        assertSound();
    }

    @Test
    void oneLostAudioFrameIsReplacedOnTheGrid() {
        List<Frame> frames = source.frames(0, 3 * S);

        feed(frames.stream().filter(f -> !isAudio(f, 50)).toList());

        TimedFrame made = audio().get(50);
        assertThat(FakeSource.silent(made.frame())).isTrue();
        assertThat(made.sourcePtsNs()).isCloseTo(50 * AAC_NS, Offset.offset(MS));
        assertThat(timeline.counters().silent()).isEqualTo(1);
        assertSound();
    }

    @Test
    void aSourceThatJittersByHalfAFrameLosesNothing() {
        List<Frame> frames = source.frames(0, 20 * S);

        for (Frame f : frames) {
            long jitter = f.track() == Track.AUDIO ? (FakeSource.number(f) % 2 == 0 ? -9 : 9) * MS : 0;
            out.addAll(timeline.accept(f.shift(jitter)));
        }

        assertThat(timeline.counters().silent()).isZero();
        assertThat(timeline.counters().overlapping()).isZero();
        assertSound();
    }

    @Test
    void audioThatStopsForFiveSecondsIsSilentMeanwhile() {
        List<Frame> frames = source.frames(0, 20 * S);

        feed(frames.stream()
                .filter(f -> f.track() == Track.VIDEO || f.ptsNs() < 8 * S || f.ptsNs() >= 13 * S)
                .toList());

        assertThat(timeline.counters().silent()).isBetween(233L, 236L);
        assertThat(audio().get(audio().size() - 1).zeroNs()).isZero();
        assertThat(video()).hasSize(600);
        assertSound();
        // Made while it was missing, not when it came back: the segments must go on.
        assertThat(audio().stream()
                        .filter(a -> FakeSource.silent(a.frame()))
                        .findFirst()
                        .orElseThrow()
                        .frame()
                        .arrivalNs())
                .isLessThan(source.clockNs + 9200 * MS);
    }

    @Test
    void audioThatComesBackIntoTheFilledRangeIsDroppedThere() {
        List<Frame> frames = new ArrayList<>(source.frames(0, 10 * S));
        // Held up for 3 s, then all at once.
        frames.replaceAll(f -> f.track() == Track.AUDIO && f.ptsNs() >= 4 * S && f.ptsNs() < 7 * S
                ? new Frame(f.format(), f.ptsNs(), f.dtsNs(), true, source.clockNs + 7 * S, f.data())
                : f);
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));

        feed(frames);

        assertThat(timeline.counters().overlapping()).isBetween(90L, 96L);
        assertThat(timeline.counters().silent()).isBetween(90L, 96L);
        assertSound();
    }

    @Test
    void videoThatStopsAndComesBackIsNoJump() {
        List<Frame> frames = source.frames(0, 20 * S);

        feed(frames.stream()
                .filter(f -> f.track() == Track.AUDIO || f.ptsNs() < 8 * S || f.ptsNs() >= 14 * S)
                .toList());

        assertThat(timeline.counters().jumps()).isZero();
        assertThat(out).allMatch(f -> f.zeroNs() == 0);
        assertThat(timeline.counters().silent()).isZero();
        assertSound();
    }

    @Test
    void aPauseOfBothTracksIsNoJump() {
        List<Frame> frames = source.frames(0, 20 * S);

        feed(frames.stream()
                .filter(f -> f.ptsNs() < 8 * S || f.ptsNs() >= 12 * S)
                .toList());

        assertThat(timeline.counters().jumps()).isZero();
        assertThat(out).allMatch(f -> f.zeroNs() == 0);
        assertSound();
    }

    @ParameterizedTest
    @ValueSource(longs = {1L << 32, 1L << 31})
    void theClockOfFlvWraps(long wrapMs) {
        source.originNs = wrapMs * MS - 5 * S - 7 * MS;

        for (Frame f : source.frames(0, 20 * S)) {
            long wrap = wrapMs * MS;
            out.addAll(timeline.accept(f.at(f.ptsNs() % wrap, f.dtsNs() % wrap)));
        }

        assertThat(timeline.counters()).isEqualTo(counters(0));
        assertThat(video()).hasSize(600);
        assertThat(video().get(599).frame().ptsNs()).isCloseTo(599 * S / 30, Offset.offset(MS));
        assertSound();
    }

    @Test
    void theSignBitOfFlvWraps() {
        source.originNs = (1L << 31) * MS - 5 * S;
        source.bFrames = true;

        for (Frame f : source.frames(0, 20 * S)) {
            out.addAll(timeline.accept(f.at(signed(f.ptsNs()), signed(f.dtsNs()))));
        }

        assertThat(timeline.counters()).isEqualTo(counters(1));
        assertThat(video()).hasSize(600);
        assertSound();
    }

    @Test
    void timestampsThatBeginAgainAreJoinedByArrival() {
        feed(source.frames(0, 10 * S));
        FakeSource restarted = new FakeSource();
        restarted.clockNs = source.clockNs + 12 * S;
        restarted.originNs = 0;

        feed(restarted.frames(0, 10 * S));

        assertThat(timeline.counters().jumps()).isEqualTo(1);
        TimedFrame zero = video().get(300);
        assertThat(zero.frame().keyframe()).isTrue();
        assertThat(zero.zeroNs()).isEqualTo(zero.frame().ptsNs());
        assertThat(zero.zeroNs()).isCloseTo(12 * S, Offset.offset(2 * MS));
        assertThat(video()).hasSize(600);
        assertMonotonic();
    }

    @ParameterizedTest
    @ValueSource(longs = {3600, 5, -4, -100})
    void aClockThatJumpsUnderARunningEncoderCostsNoFrame(long jumpS) {
        source.originNs = 500 * S;
        feed(source.frames(0, 5 * S + 500 * MS));
        source.originNs = (500 + jumpS) * S;

        feed(source.frames(5 * S + 500 * MS, 12 * S));

        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertThat(timeline.counters().jumps()).isZero();
        assertThat(video()).hasSize(360);
        TimedFrame last = video().get(359);
        assertThat(last.frame().dtsNs()).isCloseTo(359 * S / 30, Offset.offset(5 * MS));
        assertSound();
    }

    @ParameterizedTest
    @ValueSource(longs = {-5, 5, 100_000, -2_000_000})
    void twoClocksInOneStreamArePutBesideEachOtherByArrival(long apartS) {
        for (Frame f : source.frames(0, 20 * S)) {
            out.addAll(timeline.accept(f.track() == Track.AUDIO ? f.shift(apartS * S) : f));
        }

        assertThat(video()).hasSize(600);
        assertThat(timeline.counters().silent()).isLessThan(4);
        TimedFrame last = audio().get(audio().size() - 1);
        assertThat(last.frame().ptsNs())
                .isCloseTo(Math.round(FakeSource.number(last.frame()) * (1024e9 / 48000)), Offset.offset(40 * MS));
        assertThat(timeline.counters().apartNs()).isCloseTo(-apartS * S, Offset.offset(40 * MS));
        assertThat(timeline.counters().distanceNs().orElseThrow()).isCloseTo(apartS * S, Offset.offset(40 * MS));
        assertSound();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 12})
    void aBatchUnderOneStampIsLaidEndToEnd(int batch) {
        long stampNs = 0;
        for (Frame f : source.frames(0, 20 * S)) {
            if (f.track() == Track.AUDIO) {
                stampNs = FakeSource.number(f) % batch == 0 ? f.ptsNs() : stampNs;
                out.addAll(timeline.accept(f.at(stampNs, stampNs)));
            } else {
                out.addAll(timeline.accept(f));
            }
        }

        assertThat(timeline.counters().silent()).isZero();
        assertThat(timeline.counters().overlapping()).isZero();
        for (TimedFrame f : audio()) {
            assertThat(f.frame().ptsNs())
                    .isCloseTo(Math.round(FakeSource.number(f.frame()) * (1024e9 / 48000)), Offset.offset(3 * MS));
        }
    }

    @Test
    void aFewTagsThatGoBackMoveNothingForGood() {
        for (Frame f : source.frames(0, 10 * S)) {
            boolean wrong = f.ptsNs() >= 5 * S && f.ptsNs() < 5 * S + 60 * MS;
            out.addAll(timeline.accept(wrong ? f.shift(-S) : f));
        }

        assertThat(timeline.counters().jumps() + timeline.counters().shifts()).isZero();
        assertThat(video()).hasSize(300);
        assertThat(video().get(299).frame().dtsNs()).isCloseTo(299 * S / 30, Offset.offset(2 * MS));
        assertSound();
    }

    @Test
    void stampsByChanceHoldAndMakeNothingWithoutBound() {
        Random chance = new Random(7);
        for (Frame f : source.frames(0, 30 * S)) {
            long stampNs = (chance.nextInt() & 0xffff_ffffL) * MS;
            out.addAll(timeline.accept(f.at(stampNs, stampNs)));
        }
        out.addAll(timeline.sourceLost());

        assertThat(timeline.endNs()).isLessThan(60 * S);
        assertThat(out).hasSizeLessThan(5_000);
        assertThat(video().size()).isGreaterThan(600);
        assertMonotonic();
    }

    @Test
    void aStampTwentyDaysAheadIsOneFramesMatter() {
        for (Frame f : source.frames(0, 10 * S)) {
            boolean wrong = FakeSource.number(f) == 120;
            out.addAll(timeline.accept(wrong ? f.shift(20 * 86_400 * S) : f));
        }

        assertThat(timeline.counters().silent()).isZero();
        assertThat(video()).hasSize(300);
        assertSound();
    }

    @Test
    void oneFrameStampedWronglyIsPutBetweenItsNeighbours() {
        List<Frame> frames = source.frames(0, 5 * S);

        for (Frame f : frames) {
            boolean wrong = f.track() == Track.VIDEO && FakeSource.number(f) == 50;
            out.addAll(timeline.accept(wrong ? f.shift(-90 * S) : f));
        }

        assertThat(timeline.counters().strays()).isZero();
        assertThat(timeline.counters().repaired()).isEqualTo(1);
        assertThat(timeline.counters().jumps()).isZero();
        assertThat(video()).hasSize(150);
        assertThat(video().get(50).frame().dtsNs()).isCloseTo(50 * S / 30, Offset.offset(MS));
        assertSound();
    }

    @Test
    void oneTrackThatChangesItsCountIsPutBackBesideTheOther() {
        List<Frame> frames = source.frames(0, 20 * S);

        for (Frame f : frames) {
            boolean moved = f.track() == Track.AUDIO && f.ptsNs() >= 8 * S;
            out.addAll(timeline.accept(moved ? f.shift(-7 * S) : f));
        }

        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertThat(timeline.counters().jumps()).isZero();
        TimedFrame last = audio().get(audio().size() - 1);
        assertThat(last.frame().ptsNs()).isCloseTo(FakeSource.number(last.frame()) * AAC_NS, Offset.offset(AAC_NS));
        assertSound();
    }

    @Test
    void aJumpWithoutAnyAudioIsAJump() {
        List<Frame> frames = new ArrayList<>();
        source.video(0, 5 * S, frames);
        source.originNs = 900 * S;
        source.video(5 * S, 10 * S, frames);

        feed(frames);

        assertThat(timeline.counters().jumps()).isEqualTo(1);
        assertThat(video()).hasSize(300);
        assertMonotonic();
    }

    @Test
    void aLostSourceComesBackWhereItsArrivalSays() {
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        source.originNs = 123_456 * S;

        feed(source.frames(13 * S + 200 * MS, 20 * S));

        TimedFrame zero = video().get(300);
        assertThat(zero.zeroNs()).isCloseTo(14 * S, Offset.offset(2 * MS));
        assertThat(timeline.counters().jumps()).isZero();
        assertMonotonic();
    }

    @Test
    void aBurstAtTheReconnectAddsNoLatency() {
        feed(source.frames(0, 10 * S));
        timeline.sourceLost();
        // Connected at 15 s, and the GOP from 14 s on comes at once.
        source.travelNs = t -> Math.max(20 * MS, 15 * S + t / 1000 - t);

        feed(source.frames(14 * S, 20 * S));

        assertThat(video().get(300).zeroNs()).isCloseTo(14 * S, Offset.offset(25 * MS));
        assertThat(timeline.clock().startNs()).isCloseTo(source.clockNs + 20 * MS, Offset.offset(5 * MS));
        assertMonotonic();
    }

    @Test
    void aPictureThatIsToBeShownMuchLaterDelaysNothingBehindALoss() {
        feed(source.frames(0, 9 * S));
        feed(source.frames(9 * S, 10 * S).stream()
                .map(f -> FakeSource.number(f) == 290 && f.track() == Track.VIDEO
                        ? f.at(f.dtsNs() + 9 * S, f.dtsNs())
                        : f)
                .toList());
        out.addAll(timeline.sourceLost());

        feed(source.frames(13 * S + 200 * MS, 20 * S));

        assertThat(video().get(300).zeroNs()).isCloseTo(14 * S, Offset.offset(2 * MS));
    }

    @Test
    void aConnectionThatGoesOnWithTheNextFrameLeavesNoHole() {
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        // What came meanwhile comes at once; the next keyframe is at 11 s.
        source.travelNs = t -> Math.max(20 * MS, 11 * S + 500 * MS - t);

        timeline.goOn();
        feed(source.frames(10 * S, 20 * S));

        assertThat(out.stream().map(TimedFrame::zeroNs).distinct()).containsExactly(0L);
        assertThat(video()).hasSize(600);
        assertThat(video().get(300).frame().dtsNs())
                .isCloseTo(video().get(299).frame().dtsNs() + S / 30, Offset.offset(2 * MS));
        assertThat(timeline.counters()).isEqualTo(counters(0));
        assertSound();
        assertMonotonic();
    }

    @ParameterizedTest
    @ValueSource(longs = {3600, -100})
    void aConnectionThatGoesOnBehindAClockThatJumpedKeepsItsPlace(long jumpS) {
        source.originNs = 500 * S;
        feed(source.frames(0, 5 * S + 500 * MS));
        source.originNs = (500 + jumpS) * S;
        feed(source.frames(5 * S + 500 * MS, 10 * S));
        out.addAll(timeline.sourceLost());

        timeline.goOn();
        feed(source.frames(10 * S, 20 * S));

        assertThat(video()).hasSize(600);
        assertThat(video().get(599).frame().dtsNs()).isCloseTo(599 * S / 30, Offset.offset(5 * MS));
        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertSound();
    }

    @ParameterizedTest
    @ValueSource(longs = {3600, -100})
    void aConnectionThatIsLostWhileAClockJumpsGoesOn(long jumpS) {
        source.originNs = 500 * S;
        feed(source.frames(0, 9 * S + 900 * MS));
        source.originNs = (500 + jumpS) * S;
        feed(source.frames(9 * S + 900 * MS, 10 * S + 10 * MS));
        out.addAll(timeline.sourceLost());

        timeline.goOn();
        feed(source.frames(10 * S + 10 * MS, 20 * S));

        assertThat(timeline.endNs()).isCloseTo(20 * S, Offset.offset(200 * MS));
        assertThat(video()).hasSizeGreaterThan(580);
        assertMonotonic();
    }

    /** The server had nothing to send for a while, and has lost nothing. */
    @Test
    void aConnectionThatGoesOnLateGoesOnWhereItWas() {
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        timeline.goOn();
        source.travelNs = t -> Math.max(20 * MS, 14 * S - t);

        feed(source.frames(10 * S, 20 * S));

        assertThat(timeline.counters().jumps()).isZero();
        assertThat(video()).hasSize(600);
        assertThat(out.stream().map(TimedFrame::zeroNs).distinct()).hasSize(1);
        assertSound();
    }

    /** The timeline would be ahead of the clock by what the server had cached, for good. */
    @Test
    void aPictureOfAnotherCountInFrontOfACachedGopKeepsNothingFromItsPlace() {
        source.originNs = 5000 * S;
        source.gop = 300;
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        long backNs = source.clockNs + 29 * S;
        feed(List.of(new Frame(FakeSource.AVC, S, S, true, backNs, FakeSource.payload(99_999))));
        source.travelNs = t -> Math.max(20 * MS, 29 * S + 20 * MS + t / 1000 - t);

        feed(source.frames(20 * S, 40 * S));

        assertThat(timeline.endNs()).isCloseTo(40 * S, Offset.offset(100 * MS));
        assertThat(video().stream()
                        .filter(f -> FakeSource.number(f.frame()) >= 600 && FakeSource.number(f.frame()) < 1200))
                .hasSize(600)
                .allSatisfy(f -> assertThat(f.frame().dtsNs())
                        .isCloseTo(FakeSource.number(f.frame()) * S / 30, Offset.offset(100 * MS)));
        assertMonotonic();
    }

    @Test
    void anotherProcessGoesOnBehindAClockOfTheSoundThatJumped() {
        source.originNs = 500 * S;
        List<Frame> frames = new ArrayList<>();
        for (Frame f : source.frames(0, 20 * S)) {
            boolean jumped = f.track() == Track.AUDIO && f.ptsNs() >= 505 * S;
            frames.add(jumped ? f.shift(-100 * S) : f);
        }
        feed(frames.stream()
                .filter(f -> f.arrivalNs() < source.clockNs + 10 * S)
                .toList());
        SourceStretch stood = timeline.stretch().orElseThrow();
        SourceTimeline next = new SourceTimeline(FakeSource::silence);
        next.resume(timeline.mark(), stood, FakeSource.AVC, FakeSource.AAC, source.clockNs + 10 * S);

        frames.stream().filter(f -> f.arrivalNs() >= source.clockNs + 10 * S).forEach(f -> out.addAll(next.accept(f)));

        assertThat(next.counters().silent()).isLessThan(3);
        assertThat(next.counters().overlapping()).isLessThan(3);
        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isCloseTo(20 * S, Offset.offset(60 * MS));
        assertMonotonic();
    }

    /** Some servers send a reader who comes back a picture of the publisher before first. */
    @ParameterizedTest
    @CsvSource({"0, 1", "900000, 1", "0, 40", "900000, 40"})
    void picturesOfAnotherCountInFrontOfAllOthersMoveNothing(long staleS, int count) {
        source.originNs = 5000 * S;
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        long backNs = source.clockNs + 13 * S + 10 * MS;
        for (int i = 0; i < count; i++) {
            long at = staleS * S + i * 33 * MS;
            feed(List.of(new Frame(FakeSource.AVC, at, at, i == 0, backNs + i * 100_000, FakeSource.payload(99_999))));
        }

        feed(source.frames(13 * S + 20 * MS, 30 * S));

        assertThat(timeline.endNs()).isCloseTo(30 * S, Offset.offset(100 * MS));
        List<TimedFrame> behind = video().stream()
                .filter(f -> FakeSource.number(f.frame()) > 425 && FakeSource.number(f.frame()) < 900)
                .toList();
        assertThat(behind).hasSize(474).allSatisfy(f -> assertThat(f.frame().dtsNs())
                .isCloseTo(FakeSource.number(f.frame()) * S / 30, Offset.offset(60 * MS)));
        assertMonotonic();
    }

    @Test
    void aConnectionThatIsLostBeforeTwoClocksAreToldApartMovesNothing() {
        source.originNs = 5000 * S;
        feed(source.frames(0, 10 * S));
        out.addAll(timeline.sourceLost());
        feed(source.frames(13 * S, 13 * S + 800 * MS).stream()
                .map(f -> f.track() == Track.AUDIO ? f.shift(70_000 * S) : f)
                .toList());
        out.addAll(timeline.sourceLost());

        feed(source.frames(16 * S, 30 * S));

        assertThat(timeline.endNs()).isCloseTo(30 * S, Offset.offset(100 * MS));
        assertMonotonic();
    }

    /** A camera that counts its sound by another clock from the beginning on, and by the picture's once that clock is set. */
    @ParameterizedTest
    @ValueSource(longs = {1000, -1000})
    void twoClocksThatBecomeOneMoveNoSound(long apartS) {
        source.originNs = 5000 * S;
        feed(source.frames(0, 30 * S).stream()
                .map(f -> f.track() == Track.AUDIO && f.ptsNs() < 5010 * S ? f.shift(apartS * S) : f)
                .toList());

        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isCloseTo(30 * S, Offset.offset(100 * MS));
        assertThat(timeline.endNs()).isCloseTo(30 * S, Offset.offset(100 * MS));
        assertThat(timeline.counters().silent()).isLessThan(4);
        assertThat(timeline.counters().overlapping()).isLessThan(4);
    }

    /** The sound's clock has jumped, and then both jump: the sound is as far from the picture as before. */
    @Test
    void aClockThatJumpsFurtherIsNotTakenForOneThatJumpsBack() {
        source.originNs = 5000 * S;
        feed(source.frames(0, 30 * S).stream()
                .map(f -> f.track() == Track.AUDIO && f.ptsNs() >= 5005 * S ? f.shift(-1000 * S) : f)
                .map(f -> f.arrivalNs() >= source.clockNs + 10_500 * MS ? f.shift(90_000 * S) : f)
                .toList());

        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isCloseTo(30 * S, Offset.offset(100 * MS));
        assertThat(timeline.counters().overlapping()).isLessThan(4);
        assertThat(timeline.counters().silent()).isLessThan(4);
        assertThat(video()).hasSize(900);
    }

    /** Nothing comes for a while, and then all that was sent meanwhile at once. */
    private static LongUnaryOperator heldUp(long fromNs, long toNs) {
        return t -> t < fromNs || t > toNs ? 20 * MS : toNs - t + t / 1000;
    }

    private void assertHardlyAnySoundIsMadeOrDropped() {
        assertThat(timeline.counters().silent()).isLessThan(4);
        assertThat(timeline.counters().overlapping()).isLessThan(4);
    }

    /** The encoder hangs for some seconds, its clock is set, and then it sends all at once. What was stamped anew reaches the old count while it comes. */
    @ParameterizedTest
    @CsvSource({"AUDIO, -4, 7", "AUDIO, 900, 7", "VIDEO, -4, 7", "VIDEO, 900, 25"})
    void aClockThatJumpsInABurstIsPutBackBesideTheOther(Track track, long jumpS, long burstS) {
        source.originNs = 5000 * S;
        source.travelNs = heldUp(10 * S, (10 + burstS) * S);
        feed(source.frames(0, 60 * S).stream()
                .map(f -> f.track() == track && f.ptsNs() >= 5011 * S ? f.shift(jumpS * S) : f)
                .toList());

        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertThat(timeline.counters().jumps()).isZero();
        assertHardlyAnySoundIsMadeOrDropped();
        assertThat(video()).hasSize(1800);
        assertThat(video().get(1799).frame().dtsNs()).isCloseTo(1799 * S / 30, Offset.offset(100 * MS));
        assertThat(audio().get(audio().size() - 1).frame().ptsNs()).isCloseTo(60 * S, Offset.offset(100 * MS));
        assertMonotonic();
    }

    /** Of what came before the stall and behind it the stamps say how it follows each other; by arrivals there would be a hole. */
    @Test
    void aClockThatJumpsRightBeforeAStallMovesNothing() {
        source.originNs = 5000 * S;
        source.travelNs = heldUp(10_150 * MS, 27 * S);
        feed(source.frames(0, 60 * S).stream()
                .map(f -> f.dtsNs() >= 5010 * S + 20 * MS ? f.shift(-450 * S) : f)
                .toList());

        assertThat(timeline.counters().silent()).isLessThan(4);
        assertThat(video()).hasSize(1800);
        assertThat(video().get(1799).frame().dtsNs()).isCloseTo(1799 * S / 30, Offset.offset(100 * MS));
        assertThat(timeline.endNs()).isCloseTo(60 * S, Offset.offset(100 * MS));
        assertMonotonic();
    }

    /** The picture's clock has jumped back by 15 s. Behind a stall of about as long the sound would fit with that correction too. */
    @Test
    void aStallAsLongAsACorrectionIsNoJump() {
        source.originNs = 5000 * S;
        source.travelNs = heldUp(30 * S, 44 * S);
        feed(source.frames(0, 60 * S).stream()
                .map(f -> f.track() == Track.VIDEO && f.ptsNs() >= 5010 * S ? f.shift(-15 * S) : f)
                .toList());

        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertHardlyAnySoundIsMadeOrDropped();
        assertThat(timeline.endNs()).isCloseTo(60 * S, Offset.offset(100 * MS));
        assertMonotonic();
    }

    /** The clock has jumped before, and what came since is moved; the new encoder's stamps are its own. */
    @Test
    void anEncoderThatBeginsAnewBehindAClockThatJumpedBeginsOnce() {
        source.originNs = 5000 * S;
        feed(source.frames(0, 5 * S + 500 * MS));
        source.originNs = 1000 * S;
        feed(source.frames(5 * S + 500 * MS, 10 * S));
        source.originNs = -10 * S;

        feed(source.frames(10 * S, 20 * S));

        assertThat(timeline.counters().jumps()).isEqualTo(1);
        assertThat(timeline.counters().shifts()).isEqualTo(1);
        assertThat(out.stream().map(TimedFrame::zeroNs).distinct()).hasSize(2);
        assertThat(video()).hasSize(600);
        assertSound();
    }

    @Test
    void aSecondLossWhileJoiningGivesOutWhatIsHeld() {
        feed(source.frames(0, 2 * S));
        timeline.sourceLost();
        feed(source.frames(5 * S, 5 * S + 300 * MS));

        List<TimedFrame> held = timeline.sourceLost();

        assertThat(held.stream().filter(f -> f.frame().track() == Track.VIDEO)).hasSize(9);
    }

    @Test
    void aNewPictureParameterSetBeginsANewZeroOnTheSameTimeline() {
        feed(source.frames(0, 4 * S));
        source.videoFormat = new VideoFormat(new byte[] {1, 77, 0, 40}, 1280, 720);

        feed(source.frames(4 * S, 8 * S));

        assertThat(out.stream().map(TimedFrame::zeroNs).distinct()).containsExactly(0L, 4 * S);
        assertThat(video()).hasSize(240);
        assertSound();
    }

    @Test
    void aNewAudioConfigurationBeginsANewZeroOnTheSameTimeline() {
        feed(source.frames(0, 4 * S));
        source.audioFormat = AudioFormat.aacLc(44100, 1);

        feed(source.frames(4 * S, 8 * S));

        TimedFrame first = audio().stream()
                .filter(a -> a.frame().format().equals(source.audioFormat))
                .findFirst()
                .orElseThrow();
        assertThat(first.zeroNs()).isEqualTo(first.frame().ptsNs());
        assertThat(first.frame().ptsNs()).isCloseTo(4 * S, Offset.offset(AAC_NS));
        assertMonotonic();
    }

    @ParameterizedTest
    @CsvSource({"12,12,0,0", "30,30,1,0", "-8,0,0,0", "-15,8,0,1"})
    void soundThatBeginsAnewInAnotherFormatLiesWhereItSays(int behindMs, int placedMs, int silent, int dropped) {
        // given
        feed(source.frames(0, 4 * S));
        long endNs = audio().get(audio().size() - 1).frame().ptsNs() + AAC_NS;
        long firstNs = (endNs + behindMs * MS) / MS * MS;
        AudioFormat other = AudioFormat.aacLc(44100, 2);

        // when
        for (int i = 0; i < 20; i++) {
            long at = (firstNs + other.framesToNs(i)) / MS * MS;
            feed(List.of(new Frame(other, at, at, true, source.clockNs + at + 20 * MS, FakeSource.payload(1000 + i))));
        }

        // then
        List<TimedFrame> after =
                audio().stream().filter(a -> a.frame().format().equals(other)).toList();
        assertThat(after).hasSize(20 - dropped);
        assertThat(after.get(0).frame().ptsNs()).isCloseTo(endNs + placedMs * MS, Offset.offset(2 * MS));
        assertThat(after.get(0).zeroNs()).isEqualTo(after.get(0).frame().ptsNs());
        assertThat(timeline.counters().silent()).isEqualTo(silent);
        assertThat(timeline.counters().overlapping()).isEqualTo(dropped);
        assertMonotonic();
    }

    @Test
    void heAacHasFramesOfTwiceTheTime() {
        source.audioFormat = AudioFormat.parse(new byte[] {0x2b, 0x11, (byte) 0x88, 0});

        feed(source.frames(0, 10 * S));

        assertThat(source.audioFormat.sbr()).isTrue();
        assertThat(audio()).hasSize(235);
        assertThat(timeline.counters().silent()).isZero();
    }

    @Test
    void missingTimesAreMade() {
        for (Frame f : source.frames(0, 4 * S)) {
            boolean hit = FakeSource.number(f) % 10 == 3;
            Frame damaged = !hit ? f : FakeSource.number(f) % 20 == 3 ? f.at(-1, -1) : f.at(f.ptsNs(), -1);
            out.addAll(timeline.accept(damaged));
        }
        out.addAll(timeline.accept(new Frame(FakeSource.AVC, -1, 4 * S, false, source.clockNs + 4 * S, new byte[5])));

        assertThat(timeline.counters().repaired()).isEqualTo(12 + 19 + 1);
        assertThat(video()).hasSize(121);
        assertSound();
    }

    @Test
    void timesThatGoBackALittleAreMadeMonotonic() {
        for (Frame f : source.frames(0, 4 * S)) {
            boolean hit = f.track() == Track.VIDEO && FakeSource.number(f) == 40;
            out.addAll(timeline.accept(hit ? f.shift(-200 * MS) : f));
        }

        assertThat(timeline.counters().repaired()).isEqualTo(1);
        assertThat(video()).hasSize(120);
        assertSound();
    }

    @Test
    void aSourceThatNeverMarksAKeyframeIsTakenAfterAWhile() {
        for (Frame f : source.frames(0, 37 * S)) {
            out.addAll(timeline.accept(new Frame(f.format(), f.ptsNs(), f.dtsNs(), false, f.arrivalNs(), f.data())));
        }

        assertThat(video()).hasSize(150);
        assertThat(audio().size()).isBetween(234, 236);
    }

    @Test
    void audioThatComesLongBeforeAnyPictureIsBounded() {
        List<Frame> frames = new ArrayList<>();
        source.audio(0, 60 * S, frames);
        source.video(60 * S, 61 * S, frames);

        feed(frames);

        assertThat(timeline.counters().beforeZero()).isEqualTo(2812);
        assertThat(video()).hasSize(30);
    }

    @Test
    void audioThatBeginsLateIsFilledFromTheSlackOn() {
        List<Frame> frames = source.frames(0, 6 * S);

        feed(frames.stream()
                .filter(f -> f.track() == Track.VIDEO || f.ptsNs() >= 3 * S)
                .toList());

        assertThat(audio().get(0).frame().ptsNs()).isCloseTo(2 * S, Offset.offset(60 * MS));
        assertSound();
    }

    @Test
    void twoTracksThatStrayDifferentlyAreNoJump() {
        for (Frame f : source.frames(0, 5 * S)) {
            boolean wrong = FakeSource.number(f) == (f.track() == Track.VIDEO ? 60 : 94);
            out.addAll(timeline.accept(wrong ? f.shift(f.track() == Track.VIDEO ? 90 * S : 50 * S) : f));
        }

        assertThat(timeline.counters().repaired()).isEqualTo(2);
        assertThat(timeline.counters().jumps()).isZero();
        assertThat(video()).hasSize(150);
        assertSound();
    }

    @Test
    void framesHeldInDoubtAreBounded() {
        assertThat(timeline.endNs()).isZero();
        feed(source.frames(0, 5 * S));
        List<Frame> atOnce = new ArrayList<>();
        source.originNs = 900 * S;
        source.video(5 * S, 25 * S, atOnce);

        for (Frame f : atOnce) {
            out.addAll(timeline.accept(
                    new Frame(f.format(), f.ptsNs(), f.dtsNs(), f.keyframe(), source.clockNs + 5 * S, f.data())));
        }
        out.addAll(timeline.sourceLost());

        assertThat(timeline.counters().jumps()).isEqualTo(1);
        assertThat(video()).hasSize(750);
    }

    /** Nothing but a number of frames before the zero. */
    private SourceCounters counters(long beforeZero) {
        return new SourceCounters(
                beforeZero, 0, 0, 0, 0, 0, 0, 0, timeline.counters().distanceNs());
    }

    private void feed(List<Frame> frames) {
        for (Frame f : frames) {
            out.addAll(timeline.accept(f));
        }
    }

    private List<TimedFrame> video() {
        return out.stream().filter(f -> f.frame().track() == Track.VIDEO).toList();
    }

    private List<TimedFrame> audio() {
        return out.stream().filter(f -> f.frame().track() == Track.AUDIO).toList();
    }

    private void assertSound() {
        assertMonotonic();
        List<TimedFrame> audio = audio();
        for (int i = 1; i < audio.size(); i++) {
            Frame before = audio.get(i - 1).frame();
            long gap = audio.get(i).frame().ptsNs() - before.ptsNs() - AAC_NS;
            assertThat(Math.abs(gap)).isLessThan(AAC_NS / 2);
        }
    }

    private void assertMonotonic() {
        for (List<TimedFrame> track : List.of(video(), audio())) {
            for (int i = 1; i < track.size(); i++) {
                assertThat(track.get(i).frame().dtsNs() / MS)
                        .isGreaterThan(track.get(i - 1).frame().dtsNs() / MS);
            }
        }
    }

    private static boolean isAudio(Frame f, long number) {
        return f.track() == Track.AUDIO && FakeSource.number(f) == number;
    }

    private static long signed(long ns) {
        long ms = ns / MS;
        return (long) (int) ms * MS;
    }

    /** As MP4 has them: decoding times without the delay that B-frames need. */
    @Test
    void noPictureIsShownBeforeItIsDecoded() {
        source.bFrames = true;
        List<Frame> frames = new ArrayList<>();
        source.frames(0, 4 * S)
                .forEach(f -> frames.add(f.track() == Track.AUDIO ? f : f.at(f.ptsNs() - 67 * MS, f.dtsNs())));

        List<TimedFrame> placed = new ArrayList<>();
        frames.forEach(f -> placed.addAll(timeline.accept(f)));

        List<TimedFrame> video =
                placed.stream().filter(f -> f.frame().track() == Track.VIDEO).toList();
        assertThat(video).allMatch(f -> f.frame().ptsNs() >= f.frame().dtsNs());
        long shift = video.get(0).frame().ptsNs() - video.get(0).sourcePtsNs();
        assertThat(video).allMatch(f -> Math.abs(f.frame().ptsNs() - f.sourcePtsNs() - shift) <= MS);
        for (int i = 1; i < video.size(); i++) {
            assertThat(video.get(i).frame().dtsNs())
                    .isGreaterThan(video.get(i - 1).frame().dtsNs());
        }
    }
}
