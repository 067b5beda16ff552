package io.livedub.stream.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.support.Segments;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceSeam.SeamPicture;
import io.livedub.timeline.SourceStretch;

import static org.assertj.core.api.Assertions.assertThat;

/** The place where another process stopped reading, in what this one has read. */
class SeamFinderTest {
    private static final long MS = 1_000_000L;
    private static final SourceStretch STRETCH = new SourceStretch(0, 0, 0, 0, 0, 0, 0, 0);

    @Test
    void whatLiesBehindTheSeamIsGivenOn() {
        List<Frame> given = run(seam(10, 0), 0, 20);

        assertThat(numbers(given, Track.VIDEO)).containsExactly(11, 12, 13, 14, 15, 16, 17, 18, 19);
        assertThat(numbers(given, Track.AUDIO)).containsExactly(11, 12, 13, 14, 15, 16, 17, 18, 19);
    }

    @Test
    void soundThatCameBeforeTheLastPictureIsNotLost() {
        SourceSeam seam = seam(10, 0);
        SourceSeam soundBehind = new SourceSeam(STRETCH, seam.pictures(), 7 * 40 * MS, seam.arrivalNs());

        assertThat(numbers(run(soundBehind, 0, 13), Track.AUDIO)).containsExactly(8, 9, 10, 11, 12);
    }

    @Test
    void aServerThatCountsForEachReaderFromZeroIsUnderstood() {
        List<Frame> given = run(seam(10, 5_000), 0, 13);

        assertThat(given.stream().filter(frame -> frame.track() == Track.VIDEO).map(Frame::ptsNs))
                .containsExactly((5_000 + 11 * 40) * MS, (5_000 + 12 * 40) * MS);
        assertThat(numbers(given, Track.AUDIO)).containsExactly(11, 12);
    }

    @Test
    void onePictureThatLooksTheSameIsNotThePlace() {
        List<SeamPicture> pictures = new ArrayList<>();
        for (int i = 3; i <= 10; i++) {
            pictures.add(SeamPicture.of(video(i, 0), video(i, 0).ptsNs()));
        }
        SeamFinder finder = new SeamFinder(Optional.of(new SourceSeam(STRETCH, pictures, 10 * 40 * MS, 400 * MS)), 0);
        List<Frame> given = new ArrayList<>();
        // A still scene: number 10 is coded as it was before.
        finder.accept(video(10, 0), given::add);
        for (int i = 3; i < 13; i++) {
            finder.accept(video(i, 0), given::add);
        }
        assertThat(numbers(given, Track.VIDEO)).containsExactly(11, 12);
    }

    @Test
    void aPlaceThatDoesNotComeIsGivenUp() {
        SeamFinder finder = new SeamFinder(Optional.of(seam(10, 0)), 0);
        assertThat(finder.isLost(video(100, 0))).isFalse();
        assertThat(finder.isLost(video(136, 0))).isTrue();
        assertThat(new SeamFinder(Optional.empty(), 0).isLost(video(1_000, 0))).isFalse();
    }

    @Test
    void behindADeadProcessTheNextKeyframeIsTheFirst() {
        SeamFinder finder = new SeamFinder(Optional.empty(), 11 * 40 * MS);
        List<Frame> given = new ArrayList<>();
        for (int i = 0; i < 33; i++) {
            finder.accept(video(i, 0), given::add);
        }
        assertThat(numbers(given, Track.VIDEO)).startsWith(20).hasSize(13);
    }

    private static List<Frame> run(SourceSeam seam, int from, int to) {
        SeamFinder finder = new SeamFinder(Optional.of(seam), 0);
        List<Frame> given = new ArrayList<>();
        for (int i = from; i < to; i++) {
            finder.accept(sound(i), given::add);
            finder.accept(video(i, 0), given::add);
        }
        return given;
    }

    /** Behind this picture and its sound, with what the first reader's stamps were later by. */
    private static SourceSeam seam(int last, long laterMs) {
        List<SeamPicture> pictures = new ArrayList<>();
        for (int i = last - 3; i <= last; i++) {
            pictures.add(SeamPicture.of(video(i, laterMs), video(i, laterMs).ptsNs()));
        }
        return new SourceSeam(STRETCH, pictures, (last * 40L + laterMs) * MS, last * 40 * MS);
    }

    private static Frame video(int number, long laterMs) {
        long at = (number * 40L + laterMs) * MS;
        return new Frame(Segments.AVC, at, at, number % 10 == 0, number * 40 * MS, new byte[] {2, (byte) number});
    }

    private static Frame sound(int number) {
        long at = number * 40L * MS;
        return new Frame(Segments.AAC, at, at, true, at, new byte[] {1, (byte) number});
    }

    private static List<Integer> numbers(List<Frame> frames, Track track) {
        return frames.stream()
                .filter(frame -> frame.track() == track)
                .map(frame -> (int) frame.data()[1])
                .toList();
    }
}
