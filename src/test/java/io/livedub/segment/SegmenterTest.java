package io.livedub.segment;

import java.util.ArrayList;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SegmenterTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000_000_000L;
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 0, 0);
    private static final byte[] DATA = {1, 2, 3};

    private final SourceTimeline timeline = new SourceTimeline(format -> new byte[1]);
    private final List<Segment> segments = new ArrayList<>();
    private AudioFormat aac = AudioFormat.aacLc(48000, 2);
    private Segmenter segmenter = new Segmenter(6 * S, 0);

    /** Frames as they are sent: whole milliseconds, both tracks in order of decoding time. */
    private List<Frame> frames(long fromNs, long toNs, double fps, int gop, boolean bFrames) {
        List<Frame> frames = new ArrayList<>();
        for (long i = (long) Math.ceil(fromNs * fps / S); ms(i * S / fps) < toNs; i++) {
            long dts = ms(i * S / fps);
            int inGop = (int) (i % gop);
            long order = !bFrames ? i : i + 1 + (inGop == 0 ? 0 : (inGop - 1) % 3 == 0 ? 2 : -1);
            frames.add(new Frame(AVC, ms(order * S / fps), dts, inGop == 0, dts, DATA));
        }
        for (long i = (long) Math.ceil((double) fromNs / aac.frameDurationNs()); aac.framesToNs(i) < toNs; i++) {
            long t = ms(aac.framesToNs(i));
            frames.add(new Frame(aac, t, t, true, t, DATA));
        }
        frames.sort(java.util.Comparator.comparingLong(Frame::dtsNs));
        return frames;
    }

    private static long ms(double ns) {
        return (long) (ns / MS) * MS;
    }

    private void feed(List<Frame> frames) {
        frames.forEach(f -> timeline.accept(f).forEach(t -> segments.addAll(segmenter.accept(t))));
    }

    private void lose() {
        timeline.sourceLost().forEach(t -> segments.addAll(segmenter.accept(t)));
        segments.addAll(segmenter.flush());
    }

    @ParameterizedTest
    @CsvSource({
        "30, 30, false, 48000, 6",
        "30, 60, false, 48000, 6",
        "25, 25, false, 44100, 6",
        "30, 30, true, 48000, 6",
        "25, 250, false, 44100, 6",
        "30, 250, true, 48000, 6",
        "30, 1, false, 48000, 6",
        "29.97, 60, false, 48000, 6",
        "30, 30, false, 48000, 1",
        "30, 30, true, 22050, 1",
        "60, 120, false, 48000, 30",
        "25, 250, true, 44100, 2",
        "10, 300, false, 48000, 6"
    })
    void bothTracksAreCutAtTheSameInstants(double fps, int gop, boolean bFrames, int rate, long seconds) {
        aac = AudioFormat.aacLc(rate, 2);
        segmenter = new Segmenter(seconds * S, 7);
        List<Frame> source = frames(0, 66 * S, fps, gop, bFrames);

        feed(source);
        lose();

        assertThat(segments).hasSize((int) ((66 + seconds - 1) / seconds));
        long picture = (long) (S / fps);
        for (int k = 0; k < segments.size(); k++) {
            Segment segment = segments.get(k);
            boolean last = k == segments.size() - 1;
            assertThat(segment.batch()).isEqualTo(7 + k);
            assertThat(segment.t0Ns()).isEqualTo(k * seconds * S);
            assertThat(segment.full()).isEqualTo(!last || 66 % seconds == 0 && segment.full());
            if (!last) {
                assertThat(segment.durationNs()).isEqualTo(seconds * S);
            }
            assertThat(segment.sourcePtsNs() - segment.t0Ns())
                    .isCloseTo(bFrames ? ms(1 / fps * S) : 0, Offset.offset(2 * MS));
            Frame firstAudio = segment.audio().get(0);
            // The very first one may straddle the zero by more.
            assertThat(Math.abs(firstAudio.ptsNs() - segment.t0Ns()))
                    .isLessThanOrEqualTo(aac.frameDurationNs() / (k == 0 ? 1 : 2) + 1);
            Frame firstVideo = segment.video().get(0);
            assertThat(firstVideo.keyframe()).isEqualTo(segment.startsWithKeyframe());
            long reach = segment.startsWithKeyframe() ? 100 * MS + picture : picture + 2 * MS;
            assertThat(Math.abs(firstVideo.dtsNs() - segment.t0Ns())).isLessThanOrEqualTo(reach);
        }
        assertThat(segments.stream().mapToInt(s -> s.video().size()).sum()).isEqualTo((int)
                source.stream().filter(f -> f.track() == Track.VIDEO).count());
    }

    @Test
    void aSegmentIsGivenOutAtTheKeyframeOnTheBoundary() {
        feed(frames(0, 6 * S, 30, 30, false));
        assertThat(segments).isEmpty();

        feed(frames(6 * S, 6 * S + 30 * MS, 30, 30, false));

        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).video()).hasSize(180);
        assertThat(segments.get(0).audio()).hasSize(281);
    }

    @Test
    void withoutAKeyframeItIsGivenOutAHundredMillisecondsLater() {
        feed(frames(0, 6 * S + 134 * MS, 30, 250, false));

        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).video()).hasSize(180);
    }

    @ParameterizedTest
    @CsvSource({"-99, true", "-34, true", "67, true", "98, true", "-134, false", "134, false"})
    void theNearestKeyframeCutsWithinAHundredMilliseconds(long offsetMs, boolean reached) {
        for (Frame f : frames(0, 13 * S, 30, 1000, false)) {
            boolean key = f.keyframe() || Math.abs(f.dtsNs() - 6 * S - offsetMs * MS) < 10 * MS;
            feed(List.of(new Frame(f.format(), f.ptsNs(), f.dtsNs(), key, f.arrivalNs(), f.data())));
        }

        assertThat(segments.get(1).startsWithKeyframe()).isEqualTo(reached);
        long first = segments.get(1).video().get(0).dtsNs();
        assertThat(first).isCloseTo(6 * S + (reached ? offsetMs : 0) * MS, Offset.offset(10 * MS));
        assertThat(segments.get(1).t0Ns()).isEqualTo(6 * S);
    }

    @Test
    void aTrackThatIsMissingHoldsNothingBack() {
        feed(frames(0, 13 * S + 100 * MS, 30, 30, false).stream()
                .filter(f -> f.track() == Track.VIDEO)
                .toList());

        assertThat(segments).hasSize(2);
        assertThat(segments.get(0).audio()).isEmpty();
        assertThat(segments.get(0).audioFormat()).isNull();
    }

    @Test
    void audioAloneIsCutAsWell() {
        feed(frames(0, 20 * S, 30, 30, false).stream()
                .filter(f -> f.track() == Track.AUDIO || f.dtsNs() < 3 * S)
                .toList());
        lose();

        assertThat(segments).hasSize(4);
        assertThat(segments.get(1).video()).isEmpty();
        assertThat(segments.get(1).videoFormat()).isNull();
        assertThat(segments.get(1).startsWithKeyframe()).isFalse();
        assertThat(segments.get(3).durationNs()).isCloseTo(2 * S, Offset.offset(22 * MS));
        assertThat(segments.get(3).full()).isFalse();
    }

    @Test
    void aLossEndsTheSegmentAndTheReturnStartsANewGrid() {
        feed(frames(0, 8 * S, 30, 30, false));
        lose();
        feed(frames(10 * S, 23 * S + 200 * MS, 30, 30, false));
        lose();

        assertThat(segments).extracting(s -> Math.round(s.t0Ns() / 1e9)).containsExactly(0L, 6L, 10L, 16L, 22L);
        assertThat(segments).extracting(Segment::full).containsExactly(true, false, true, true, false);
        assertThat(segments.get(1).endNs()).isCloseTo(8 * S, Offset.offset(35 * MS));
        assertThat(segments.get(2).startsWithKeyframe()).isTrue();
    }

    @Test
    void aJumpEndsTheSegmentWhereTheOldStretchEnded() {
        feed(frames(0, 8 * S + 500 * MS, 30, 30, false));

        // After a pause: without one the same encoder goes on, and nothing is cut.
        frames(8 * S + 500 * MS, 20 * S, 30, 30, false)
                .forEach(f -> feed(List.of(new Frame(
                        f.format(),
                        f.ptsNs() + 1000 * S,
                        f.dtsNs() + 1000 * S,
                        f.keyframe(),
                        f.arrivalNs() + S,
                        f.data()))));
        lose();

        assertThat(segments).extracting(s -> Math.round(s.t0Ns() / 1e9)).containsExactly(0L, 6L, 10L, 16L);
        assertThat(segments.get(1).full()).isFalse();
        assertThat(segments.get(1).endNs()).isCloseTo(8500 * MS, Offset.offset(40 * MS));
        assertThat(segments.get(2).sourcePtsNs()).isEqualTo(1009 * S);
        assertTiles();
    }

    @Test
    void aHoleOfSeveralGridPlacesGivesNoEmptySegments() {
        feed(frames(0, 4 * S, 30, 30, false));
        timeline.sourceLost().forEach(t -> segments.addAll(segmenter.accept(t)));
        feed(frames(40 * S, 48 * S, 30, 30, false));
        lose();

        assertThat(segments).extracting(s -> Math.round(s.t0Ns() / 1e9)).containsExactly(0L, 40L, 46L);
        assertThat(segments.get(0).full()).isFalse();
        assertThat(segments.get(0).durationNs()).isCloseTo(4 * S, Offset.offset(40 * MS));
        assertTiles();
    }

    @Test
    void anotherConfigurationOfEitherTrackBeginsAnotherSegment() {
        VideoFormat other = new VideoFormat(new byte[] {2}, 0, 0);
        for (Frame f : frames(0, 9 * S, 30, 30, false)) {
            boolean changed = f.track() == Track.VIDEO && f.dtsNs() >= 3 * S;
            feed(List.of(changed ? new Frame(other, f.ptsNs(), f.dtsNs(), f.keyframe(), f.arrivalNs(), DATA) : f));
        }
        aac = AudioFormat.aacLc(44100, 1);
        feed(frames(9 * S, 12 * S, 30, 30, false).stream()
                .map(f -> f.track() == Track.AUDIO
                        ? f
                        : new Frame(other, f.ptsNs(), f.dtsNs(), f.keyframe(), f.arrivalNs(), DATA))
                .toList());
        lose();

        assertThat(segments).extracting(s -> Math.round(s.t0Ns() / 1e9)).containsExactly(0L, 3L, 9L);
        assertThat(segments.get(1).videoFormat()).isEqualTo(other);
        for (Segment segment : segments) {
            assertThat(segment.video()).allMatch(f -> f.format().equals(segment.videoFormat()));
            assertThat(segment.audio()).allMatch(f -> f.format().equals(segment.audioFormat()));
        }
        assertTiles();
    }

    /** Each frame with a configuration of its own, in one track or in both: for 20 s, and behind it a change that lasts. */
    @ParameterizedTest
    @CsvSource({"true, false", "false, true", "true, true"})
    void configurationsThatChangeWithEachFrameCutNoMoreThanASegmentASecond(boolean picture, boolean sound) {
        VideoFormat otherPicture = new VideoFormat(new byte[] {2}, 0, 0);
        AudioFormat otherSound = AudioFormat.parse(new byte[] {0x11, (byte) 0x90, 1});
        int number = 0;
        for (Frame f : frames(0, 30 * S, 30, 30, false)) {
            boolean later = f.dtsNs() >= 25 * S;
            boolean changed = later || f.dtsNs() < 20 * S && ++number % 2 == 0;
            boolean video = f.track() == Track.VIDEO;
            feed(List.of(changed && (video ? picture : sound) ? withFormat(f, video ? otherPicture : otherSound) : f));
        }
        lose();

        assertThat(segments).hasSizeBetween(20, 32);
        assertThat(segments.stream().mapToInt(s -> s.video().size()).sum()).isEqualTo(900);
        assertThat(segments.stream().mapToInt(s -> s.audio().size()).sum()).isBetween(1405, 1408);
        assertTiles();
        List<Segment> behind = segments.stream()
                .filter(segment -> segment.t0Ns() > 24_900 * MS)
                .toList();
        assertThat(behind.get(0).t0Ns()).isCloseTo(25 * S, Offset.offset(22 * MS));
        assertThat(behind.get(behind.size() - 1).video())
                .allMatch(f -> f.format().equals(picture ? otherPicture : AVC));
        assertThat(behind.get(behind.size() - 1).audio())
                .hasSizeGreaterThan(220)
                .allMatch(f -> f.format().equals(sound ? otherSound : aac));
    }

    private static Frame withFormat(Frame f, Format format) {
        return new Frame(format, f.ptsNs(), f.dtsNs(), f.keyframe(), f.arrivalNs(), DATA);
    }

    /** An encoder that begins anew, and at once again: each time both tracks change, one a little after the other. */
    @Test
    void changesOfBothTracksTwiceWithinASecondEachBeginASegment() {
        VideoFormat otherPicture = new VideoFormat(new byte[] {2}, 0, 0);
        AudioFormat otherSound = AudioFormat.aacLc(48_000, 1);
        for (Frame f : frames(0, 9 * S, 30, 15, false)) {
            boolean changed = f.dtsNs() >= 3 * S && f.dtsNs() < 3_500 * MS;
            boolean video = f.track() == Track.VIDEO;
            feed(List.of(changed ? withFormat(f, video ? otherPicture : otherSound) : f));
        }
        lose();

        for (Segment segment : segments) {
            assertThat(segment.video()).allMatch(f -> f.format().equals(segment.videoFormat()));
            assertThat(segment.otherSoundNs()).isZero();
        }
        assertThat(segments).hasSize(4);
        assertTiles();
    }

    /**
     * A screen on which nothing has changed for seconds: the picture behind that has the decoding time of one before it, as the encoder reorders
     * pictures. The stream may begin with it.
     */
    @Test
    void aFirstPictureThatIsDecodedLongBeforeItIsShownMovesNoCut() {
        for (Frame f : frames(0, 30 * S, 30, 30, false)) {
            boolean first = f.track() == Track.VIDEO && f.dtsNs() == 0;
            feed(List.of(first ? f.at(4 * S + 15 * MS, 0) : f));
        }
        lose();

        for (Segment segment : segments.subList(1, segments.size())) {
            assertThat(segment.audio().get(0).ptsNs()).isCloseTo(segment.t0Ns(), Offset.offset(22 * MS));
            assertThat(segment.video().get(0).ptsNs()).isCloseTo(segment.t0Ns(), Offset.offset(600 * MS));
        }
    }

    /** The keyframe of the zero was another process's: how far pictures are reordered is seen at the first keyframe that comes. */
    @Test
    void behindTheSegmentsOfAnotherProcessKeyframesAreFoundAsWell() {
        List<TimedFrame> placed = new ArrayList<>();
        for (Frame f : frames(0, 20 * S, 25, 25, false)) {
            boolean video = f.track() == Track.VIDEO;
            timeline.accept(video ? f.at(f.dtsNs() + 160 * MS, f.dtsNs()) : f).forEach(placed::add);
        }
        segmenter = new Segmenter(2 * S, 3);
        segmenter.resume(4 * S);

        placed.stream().filter(t -> t.frame().ptsNs() >= 4_200 * MS).forEach(t -> segments.addAll(segmenter.accept(t)));

        assertThat(segments).hasSizeGreaterThan(5);
        assertThat(segments.subList(1, segments.size())).allMatch(Segment::startsWithKeyframe);
    }

    @Test
    void twoNewZerosAtOnceAreTwoCuts() {
        List<TimedFrame> placed = new ArrayList<>();
        frames(0, 5 * S, 30, 30, false).forEach(f -> placed.addAll(timeline.accept(f)));

        for (TimedFrame t : placed) {
            long pts = t.frame().ptsNs();
            long zero = pts < 2 * S ? 0 : pts < 2 * S + 30 * MS ? 2 * S : 2 * S + 30 * MS;
            segments.addAll(segmenter.accept(new TimedFrame(t.frame(), zero, t.sourcePtsNs())));
        }
        segments.addAll(segmenter.flush());

        assertThat(segments).hasSize(3);
        assertThat(segments.stream().mapToInt(s -> s.video().size()).sum()).isEqualTo(150);
        assertTiles();
    }

    @Test
    void aZeroThatOneTrackHasNotReachedIsCutAtTheEnd() {
        VideoFormat other = new VideoFormat(new byte[] {2}, 0, 0);
        frames(0, 2 * S, 30, 30, false).forEach(f -> timeline.accept(f).forEach(t -> segmenter.accept(t)));
        segments.addAll(segmenter.accept(zero(other, 2 * S)));
        segments.addAll(segmenter.flush());

        assertThat(segments).hasSize(2);
        assertThat(segments.get(1).videoFormat()).isEqualTo(other);
        assertTiles();
    }

    @Test
    void aZeroBehindAnUnfinishedOneEndsIt() {
        frames(0, 2 * S, 30, 30, false).forEach(f -> timeline.accept(f).forEach(t -> segmenter.accept(t)));
        segments.addAll(segmenter.accept(zero(AVC, 2 * S)));
        segments.addAll(segmenter.accept(zero(AVC, 2100 * MS)));
        segments.addAll(segmenter.flush());

        assertThat(segments).extracting(Segment::t0Ns).containsExactly(0L, 2 * S, 2100 * MS);
        assertTiles();
    }

    private static TimedFrame zero(VideoFormat format, long t) {
        return new TimedFrame(new Frame(format, t, t, true, t, DATA), t, t);
    }

    @Test
    void nothingToFlushIsNothing() {
        assertThat(segmenter.flush()).isEmpty();
        assertThatThrownBy(() -> new Segmenter(0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertTiles() {
        for (int k = 1; k < segments.size(); k++) {
            assertThat(segments.get(k).t0Ns())
                    .isGreaterThanOrEqualTo(segments.get(k - 1).endNs());
        }
    }
}
