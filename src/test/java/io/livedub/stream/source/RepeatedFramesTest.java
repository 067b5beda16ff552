package io.livedub.stream.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.Segments;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatedFramesTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1000 * MS;
    private static final int GOP = 50;

    private RepeatedFrames repeated = new RepeatedFrames(Repeats.LEFT_OUT);
    private final List<Frame> got = new ArrayList<>();

    @BeforeEach
    void begin() {
        repeated.begin();
    }

    @Test
    void aFirstReadingIsGivenOnAsItIs() {
        live(0, 100, 0);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 100));
        assertThat(sounds()).containsExactlyElementsOf(range(0, 100));
        assertThat(repeated.goesOn()).isFalse();
    }

    @Test
    void aServersCachedGopIsLeftOutAndTheNextFrameGoesOn() {
        live(0, 120, 0);
        repeated.begin();

        burst(100, 145, 6 * S, 0);
        live(145, 200, 0);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 200));
        assertThat(sounds()).containsExactlyElementsOf(range(0, 200));
        assertThat(repeated.goesOn()).isTrue();
    }

    @Test
    void framesThatAreStampedAnewGetTheOldStamps() {
        live(0, 120, 0);
        repeated.begin();

        burst(100, 145, 6 * S, -100 * 40 * MS);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 145));
        assertThat(sounds()).containsExactlyElementsOf(range(0, 145));
        assertThat(lastPictureNs()).isEqualTo(144 * 40 * MS);
    }

    @Test
    void aSecondLossIsFoundByTheStampsOfTheFirst() {
        live(0, 120, 0);
        repeated.begin();
        burst(100, 145, 6 * S, -100 * 40 * MS);
        repeated.begin();

        burst(100, 160, 7 * S, 5 * S);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 160));
        assertThat(lastPictureNs()).isEqualTo(159 * 40 * MS);
    }

    @Test
    void aGopThatWasNotReadBeforeIsNewAtOnce() {
        live(0, 90, 0);
        repeated.begin();

        burst(100, 120, 5 * S, 0);

        assertThat(numbers()).contains(100, 101, 119).doesNotContain(95);
        assertThat(repeated.goesOn()).isFalse();
    }

    @Test
    void theLastGopOfAPublisherThatIsGoneIsNothingNew() {
        live(0, 120, 0);
        repeated.begin();
        got.clear();

        burst(100, 120, 10 * S, 0);

        assertThat(got).isEmpty();
        assertThat(repeated.onlyRepeats()).isTrue();
    }

    @Test
    void anotherPublisherBehindARepeatedGopBeginsAnew() {
        live(0, 120, 0);
        repeated.begin();
        got.clear();
        burst(100, 120, 10 * S, 0);

        frames(5000, 5060, n -> 11 * S + (n - 5000) * 40 * MS, -5000 * 40 * MS);

        assertThat(numbers()).containsExactlyElementsOf(range(5000, 5060));
        assertThat(got.get(0).ptsNs()).isZero();
        assertThat(repeated.goesOn()).isFalse();
    }

    @Test
    void theSameFilePublishedAgainIsNewAfterAMoment() {
        live(0, 120, 0);
        repeated.begin();
        got.clear();

        frames(0, 120, n -> 10 * S + n * 40 * MS, 0);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 120));
        assertThat(repeated.goesOn()).isFalse();
    }

    @Test
    void theSameFilePublishedAgainAfterAShortReadingIsNew() {
        live(0, 10, 0);
        repeated.begin();
        got.clear();

        frames(0, 40, n -> 10 * S + n * 40 * MS, 0);

        assertThat(numbers()).containsExactlyElementsOf(range(0, 40));
    }

    @Test
    void aFrozenPictureIsNotHeld() {
        byte[] same = bytes(7);
        for (int n = 0; n < 50; n++) {
            got.addAll(repeated.accept(new Frame(Segments.AVC, n * S / 25, n * S / 25, true, n * S / 25, same)));
        }
        repeated.begin();
        got.clear();
        for (int n = 0; n < 50; n++) {
            got.addAll(repeated.accept(
                    new Frame(Segments.AVC, 3 * S + n * S / 25, 3 * S + n * S / 25, true, 3 * S + n * S / 25, same)));
        }

        assertThat(got.size()).isGreaterThanOrEqualTo(49);
    }

    @Test
    void noMoreIsHeldThanItsBound() {
        live(0, 120, 0);
        repeated.begin();
        got.clear();
        Frame key = picture(100, 0, 0);

        got.addAll(repeated.accept(key));
        for (int i = 0; i < 5000; i++) {
            got.addAll(repeated.accept(sound(i, 0, 0)));
        }

        assertThat(got.size()).isGreaterThan(4096);
    }

    /** Behind a slate or another source the decoder needs the keyframe and all behind it once more. */
    @Test
    void wasSomethingElseOnAirTheCachedGopIsShownOnceMoreAndFaster() {
        repeated = new RepeatedFrames(Repeats.SHOWN_FASTER);
        repeated.begin();
        live(0, 140, 0);
        repeated.begin();
        got.clear();

        // Away for 1 s; the server stamps anew, and has the GOP from 4 s on.
        long otherStamps = 1000 * S;
        burst(100, 165, 165 * 40 * MS, otherStamps);
        live(165, 300, otherStamps);

        assertThat(numbers()).containsExactlyElementsOf(range(100, 300));
        assertThat(repeated.goesOn()).isFalse();
        List<Frame> pictures =
                got.stream().filter(frame -> frame.track() == Track.VIDEO).toList();
        // The first one is shown where the last reading stopped, and nothing is late from the end of the catching up
        // on.
        assertThat(pictures.get(0).arrivalNs()).isBetween(139 * 40 * MS - MS, 140 * 40 * MS);
        assertThat(pictures.get(0).ptsNs() - otherStamps)
                .isEqualTo(pictures.get(0).arrivalNs());
        assertThat(pictures.subList(100, 200))
                .allSatisfy(frame -> assertThat(frame.ptsNs() - otherStamps).isEqualTo(frame.arrivalNs()));
        assertThat(pictures.get(199).ptsNs()).isEqualTo(299 * 40 * MS + otherStamps);
        for (int i = 1; i < pictures.size(); i++) {
            assertThat(pictures.get(i).dtsNs() - pictures.get(i - 1).dtsNs())
                    .as("step to picture %d", i)
                    .isBetween(4 * MS, 40 * MS + 1);
        }
        // The sound is not played faster: what belongs to that time is left out, and no other frame is.
        assertThat(got.stream().filter(frame -> frame.track() == Track.AUDIO).mapToLong(Frame::ptsNs))
                .isSorted()
                .allMatch(ns -> ns > otherStamps + 139 * 40 * MS)
                .hasSizeBetween(100, 160);
    }

    @Test
    void onTheStreamsTimelineNothingIsLateBehindAGopThatIsShownFaster() {
        repeated = new RepeatedFrames(Repeats.SHOWN_FASTER);
        repeated.begin();
        live(0, 140, 0);
        SourceTimeline timeline = new SourceTimeline(format -> new byte[] {0});
        List<TimedFrame> placed = new ArrayList<>(place(timeline));
        placed.addAll(timeline.sourceLost());
        repeated.begin();
        got.clear();
        burst(100, 165, 165 * 40 * MS, 1000 * S);
        live(165, 300, 1000 * S);
        placed.addAll(place(timeline));

        List<Long> pictures = placed.stream()
                .filter(each -> each.frame().track() == Track.VIDEO)
                .map(each -> each.frame().ptsNs())
                .toList();
        assertThat(pictures).hasSize(140 + 200).isSorted().doesNotHaveDuplicates();
        assertThat(pictures.get(140)).isBetween(139 * 40 * MS, 142 * 40 * MS);
        assertThat(pictures.get(pictures.size() - 1)).isBetween(299 * 40 * MS - MS, 300 * 40 * MS);
    }

    private List<TimedFrame> place(SourceTimeline timeline) {
        return got.stream().flatMap(frame -> timeline.accept(frame).stream()).toList();
    }

    @Test
    void aGopThatIsShownFasterIsFoundAgainAtTheNextLoss() {
        repeated = new RepeatedFrames(Repeats.SHOWN_FASTER);
        repeated.begin();
        live(0, 120, 0);
        repeated.begin();
        burst(100, 145, 145 * 40 * MS, 0);
        repeated.begin();
        got.clear();

        burst(100, 145, 150 * 40 * MS, 0);

        assertThat(got).isEmpty();
        assertThat(repeated.onlyRepeats()).isTrue();
    }

    @Test
    void switchedOffEveryFrameIsNew() {
        RepeatedFrames off = new RepeatedFrames(Repeats.KEPT);
        Frame key = picture(0, 0, 0);

        for (int i = 0; i < 3; i++) {
            off.begin();
            assertThat(off.accept(key)).containsExactly(key);
        }
        assertThat(off.onlyRepeats()).isFalse();
    }

    private interface Arrival {
        long ofNs(int number);
    }

    private void live(int from, int to, long shiftNs) {
        frames(from, to, n -> n * 40 * MS, shiftNs);
    }

    private void burst(int from, int to, long atNs, long shiftNs) {
        frames(from, to, n -> atNs + (n - from) * MS / 2, shiftNs);
    }

    private void frames(int from, int to, Arrival arrival, long shiftNs) {
        for (int n = from; n < to; n++) {
            got.addAll(repeated.accept(picture(n, arrival.ofNs(n), shiftNs)));
            got.addAll(repeated.accept(sound(n, arrival.ofNs(n), shiftNs)));
        }
    }

    private static Frame picture(int n, long arrivalNs, long shiftNs) {
        long at = n * 40 * MS + shiftNs;
        return new Frame(Segments.AVC, at, at, n % GOP == 0, arrivalNs, bytes(n));
    }

    /** Silence: all frames have the same bytes. */
    private static Frame sound(int n, long arrivalNs, long shiftNs) {
        long at = n * 40 * MS + 10 * MS + shiftNs;
        return new Frame(Segments.AAC, at, at, true, arrivalNs, new byte[] {1, 2, 3});
    }

    private static byte[] bytes(int n) {
        byte[] data = new byte[200];
        new Random(n).nextBytes(data);
        data[100] = (byte) (n >> 8);
        data[101] = (byte) n;
        return data;
    }

    private long lastPictureNs() {
        return got.stream()
                .filter(frame -> frame.track() == Track.VIDEO)
                .mapToLong(Frame::ptsNs)
                .max()
                .orElseThrow();
    }

    private List<Integer> numbers() {
        return got.stream()
                .filter(frame -> frame.data().length > 3)
                .map(frame -> (frame.data()[100] & 255) << 8 | frame.data()[101] & 255)
                .toList();
    }

    private List<Integer> sounds() {
        return got.stream()
                .filter(frame -> frame.data().length == 3)
                .map(frame -> (int) ((frame.ptsNs() - 10 * MS) / (40 * MS)))
                .toList();
    }

    private static List<Integer> range(int from, int to) {
        return java.util.stream.IntStream.range(from, to).boxed().toList();
    }
}
