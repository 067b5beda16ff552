package io.livedub.stream.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class RepeatedFramesTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1000 * MS;
    private static final int GOP = 50;

    private final RepeatedFrames repeated = new RepeatedFrames(true);
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

    @Test
    void switchedOffEveryFrameIsNew() {
        RepeatedFrames off = new RepeatedFrames(false);
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
