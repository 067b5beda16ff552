package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

/** What the timeline makes of stamps that are wrong, and what it may hold and make meanwhile. */
class OddStampsTest {
    private static final long MS = FakeSource.MS;
    private static final long S = FakeSource.S;
    private static final double AAC_NS = 1024e9 / 48000;
    /** One array for many frames: only its length counts. */
    private static final byte[] FAT = new byte[9 * 1024 * 1024];

    private final FakeSource source = new FakeSource();
    private final SourceTimeline timeline = new SourceTimeline(FakeSource::silence);
    private final List<TimedFrame> out = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "VIDEO, -1000, 10",
        "VIDEO, 3000, 12",
        "AUDIO, -1000, 30",
        "AUDIO, 5000, 30",
        "VIDEO, 90000, 4",
        "AUDIO, -400, 3"
    })
    void aRunOfWrongStampsOfOneTrackIsOverWhenItIsOver(Track track, long byMs, int frames) {
        for (Frame f : source.frames(0, 15 * S)) {
            long first = track == Track.VIDEO ? 150 : 240;
            long number = FakeSource.number(f);
            boolean wrong = f.track() == track && number >= first && number < first + frames;
            accept(wrong ? f.shift(byMs * MS) : f);
        }

        assertThat(tracks(Track.VIDEO)).hasSize(450);
        assertInPlace(60 * MS);
        assertMonotonic();
    }

    /** An encoder without a clock, and one whose clock counts whole seconds; of both tracks, or of the picture alone. */
    @ParameterizedTest
    @CsvSource({"0, true", "0, false", "1000, true", "1000, false"})
    void picturesWhoseClockStandsArePlacedByTheirArrival(long stepMs, boolean both) {
        Random chance = new Random(9);
        source.travelNs = t -> 20 * MS + chance.nextInt(8) * MS;
        for (Frame f : source.frames(0, 20 * S)) {
            boolean stands = both || f.track() == Track.VIDEO;
            long stamp = stepMs == 0 ? 5 * S : f.dtsNs() - f.dtsNs() % (stepMs * MS);
            accept(stands ? f.at(stamp, stamp) : f);
        }

        assertThat(tracks(Track.VIDEO)).hasSize(600);
        assertMonotonic();
        assertThat(timeline.counters().silent()).isLessThanOrEqualTo(2);
        long apartNs = 0;
        for (TimedFrame picture : tracks(Track.VIDEO).subList(30, 600)) {
            long movedNs = picture.frame().ptsNs() - FakeSource.number(picture.frame()) * S / 30;
            apartNs = Math.max(apartNs, Math.abs(movedNs - soundMovedNs()));
        }
        assertThat(apartNs).isLessThan(60 * MS);
    }

    /** By how much the last frame of sound lies beside its true place. */
    private long soundMovedNs() {
        TimedFrame sound = tracks(Track.AUDIO).get(tracks(Track.AUDIO).size() - 1);
        return sound.frame().ptsNs() - Math.round(FakeSource.number(sound.frame()) * AAC_NS);
    }

    /** Some phones stamp pictures with the time at which they are shown, and leave the offset at 0. */
    @Test
    void picturesThatAreStampedWithTheTimeAtWhichTheyAreShownAreShownThen() {
        source.bFrames = true;
        source.videoFormat = new VideoFormat(new byte[] {1, 77, 0, 31, (byte) 0xff}, 1280, 720);
        for (Frame f : source.frames(0, 10 * S)) {
            boolean b = f.track() == Track.VIDEO && f.ptsNs() <= f.dtsNs();
            accept(f.track() == Track.VIDEO ? sliced(f.at(f.ptsNs(), f.ptsNs()), b) : f);
        }

        assertThat(tracks(Track.VIDEO)).hasSize(300);
        assertMonotonic();
        Frame first = tracks(Track.VIDEO).get(0).frame();
        for (TimedFrame picture : tracks(Track.VIDEO).subList(16, 300)) {
            assertThat(picture.frame().ptsNs()).isCloseTo(picture.sourcePtsNs() - 33 * MS, Offset.offset(3 * MS));
            assertThat(picture.frame().dtsNs())
                    .isLessThanOrEqualTo(picture.frame().ptsNs());
        }
        assertThat(first.ptsNs()).isZero();
    }

    /** The picture as a slice of type P or B. */
    private static Frame sliced(Frame f, boolean b) {
        byte[] data = {0, 0, 0, 3, 1, (byte) (b ? 0xa8 : 0xe8), (byte) FakeSource.number(f)};
        return new Frame(f.format(), f.ptsNs(), f.dtsNs(), f.keyframe(), f.arrivalNs(), data);
    }

    /** A network that pauses, and slices in messages of their own, are no clock that stands. */
    @Test
    void aPauseOfTheNetworkMovesNoPicture() {
        source.travelNs = t -> t > 8 * S && t < 11 * S ? 11 * S - t : 20 * MS;
        for (Frame f : source.frames(0, 15 * S)) {
            accept(f);
            if (f.track() == Track.VIDEO) {
                accept(f);
            }
        }

        assertMonotonic();
        assertThat(timeline.counters().repaired()).isEqualTo(450);
        assertInPlace(2 * MS);
    }

    @Test
    void twoClocksThatWalkApartAreFollowed() {
        for (Frame f : source.frames(0, 600 * S)) {
            // Arrivals follow the true time, stamps of the sound a clock of its own.
            accept(f.track() == Track.AUDIO ? f.shift(-100 * S + f.ptsNs() * 3 / 10_000) : f);
        }

        // 300 ppm over 600 s are 180 ms.
        TimedFrame last = tracks(Track.AUDIO).get(tracks(Track.AUDIO).size() - 1);
        assertThat(last.frame().ptsNs())
                .isCloseTo(Math.round(FakeSource.number(last.frame()) * AAC_NS), Offset.offset(60 * MS));
        assertMonotonic();
    }

    /** A relay whose sound is held up at the start and catches up: for seconds the tracks look like two clocks. */
    @Test
    void stampsAreBelievedAgainWhenTheTracksComeTogetherAfterAll() {
        List<Frame> frames = source.frames(0, 60 * S).stream()
                .map(f -> f.track() == Track.AUDIO ? arrivingAt(f, 4 * S + f.ptsNs() / 2) : f)
                .sorted(Comparator.comparingLong(Frame::arrivalNs))
                .toList();
        frames.subList(0, frames.size() / 6).forEach(this::accept);
        assertThat(timeline.counters().apartNs()).isGreaterThan(2 * S);

        frames.subList(frames.size() / 6, frames.size()).forEach(this::accept);
        assertThat(timeline.counters().apartNs()).isZero();
        TimedFrame last = tracks(Track.AUDIO).get(tracks(Track.AUDIO).size() - 1);
        assertThat(last.frame().ptsNs())
                .isCloseTo(Math.round(FakeSource.number(last.frame()) * AAC_NS), Offset.offset(40 * MS));
        assertMonotonic();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
                29, 30
            })
    void whateverIsStampedWronglyTheTimelineHoldsAndTheSourceIsFoundAgain(int seed) {
        Random chance = new Random(seed);
        double share = chance.nextDouble() * 0.5;
        source.bFrames = seed % 3 == 0;
        long[] jump = new long[2];
        for (Frame f : source.frames(0, 40 * S)) {
            int track = f.track().ordinal();
            boolean odd = f.ptsNs() > 3 * S && f.ptsNs() < 20 * S;
            if (odd && chance.nextInt(400) == 0) {
                jump[track] = (chance.nextInt(40_000) - 20_000) * MS;
                jump[1 - track] = chance.nextBoolean() ? jump[track] : jump[1 - track];
            }
            if (f.ptsNs() > 20 * S) {
                jump[0] = 0;
                jump[1] = 0;
            }
            Frame moved = f.shift(jump[track]);
            if (odd && chance.nextDouble() < share) {
                moved = wrong(moved, chance);
            }
            if (!odd || chance.nextInt(50) > 0) {
                accept(moved);
            }
        }
        out.addAll(timeline.sourceLost());

        assertMonotonic();
        assertThat(timeline.endNs()).isBetween(30 * S, 75 * S);
        assertThat(tracks(Track.VIDEO).size()).isGreaterThan(900);
        assertThat(out).hasSizeLessThan(6000);
    }

    @Test
    void audioAloneIsHeldWithinItsBytes() {
        for (Frame f : source.frames(0, 10 * S)) {
            if (f.track() == Track.AUDIO) {
                accept(fat(f));
            }
        }
        List<Frame> pictures = new ArrayList<>();
        source.video(10 * S, 11 * S, pictures);
        pictures.forEach(this::accept);

        assertThat(tracks(Track.AUDIO).size()).isLessThan(6);
        assertThat(timeline.counters().beforeZero()).isGreaterThan(400);
    }

    @Test
    void framesInDoubtAreHeldWithinTheirBytes() {
        source.frames(0, 2 * S).forEach(this::accept);
        int before = out.size();
        for (Frame f : source.frames(2 * S, 2 * S + 300 * MS)) {
            accept(fat(f).shift(f.track() == Track.VIDEO ? 3600 * S : 0));
        }

        assertThat(out.size() - before).isGreaterThan(10);
        assertMonotonic();
    }

    @Test
    void twoClocksAreDecidedEarlierWhenMuchIsHeld() {
        for (Frame f : source.frames(0, S)) {
            accept(f.track() == Track.AUDIO ? fat(f).shift(500 * S) : fat(f));
        }

        assertThat(out.size()).isGreaterThan(20);
        assertThat(timeline.counters().apartNs()).isNotZero();
    }

    @Test
    void aKeyframeIsAwaitedAndAJoinIsCutShortWithinTheirBytes() {
        source.frames(0, 2 * S).forEach(this::accept);
        out.addAll(timeline.sourceLost());
        FakeSource again = new FakeSource();
        again.clockNs = source.clockNs + 4 * S;
        int before = out.size();
        for (Frame f : again.frames(0, 300 * MS)) {
            accept(fat(f));
        }

        assertThat(out.size() - before).isGreaterThan(3);
    }

    @Test
    void picturesThatMustBeDecodedEarlierAreBelievedWhenSeveralSaySo() {
        for (Frame f : source.frames(0, 4 * S)) {
            boolean alone = f.track() == Track.VIDEO && FakeSource.number(f) == 40;
            accept(alone ? f.at(f.ptsNs() - 900 * MS, f.dtsNs()) : f);
        }
        assertThat(tracks(Track.VIDEO).get(60).frame().dtsNs()).isCloseTo(2 * S, Offset.offset(2 * MS));

        for (Frame f : source.frames(4 * S, 6 * S)) {
            boolean early = f.track() == Track.VIDEO && FakeSource.number(f) % 3 == 1;
            accept(early ? f.at(f.ptsNs() - 80 * MS, f.dtsNs()) : f);
        }
        TimedFrame last = tracks(Track.VIDEO).get(tracks(Track.VIDEO).size() - 1);
        assertThat(last.frame().ptsNs() - last.frame().dtsNs()).isGreaterThan(70 * MS);
        assertThat(tracks(Track.VIDEO)).allSatisfy(f -> assertThat(f.frame().ptsNs())
                .isGreaterThanOrEqualTo(f.frame().dtsNs()));
    }

    private static Frame wrong(Frame frame, Random chance) {
        return switch (chance.nextInt(4)) {
            case 0 -> frame.at(frame.ptsNs() + chance.nextInt(), frame.dtsNs());
            case 1 -> frame.shift((chance.nextInt(8000) - 4000) * MS);
            case 2 -> frame.at((chance.nextInt() & 0xffff_ffffL) * MS, (chance.nextInt() & 0xffff_ffffL) * MS);
            default -> frame.at(-1, -1);
        };
    }

    /** The frame as it comes when it is held up until a time, in ns since the source began. */
    private Frame arrivingAt(Frame f, long sinceStartNs) {
        long arrivalNs = Math.max(f.arrivalNs(), source.clockNs + sinceStartNs);
        return new Frame(f.format(), f.ptsNs(), f.dtsNs(), f.keyframe(), arrivalNs, f.data());
    }

    private static Frame fat(Frame f) {
        return new Frame(f.format(), f.ptsNs(), f.dtsNs(), f.keyframe(), f.arrivalNs(), FAT);
    }

    private void accept(Frame frame) {
        out.addAll(timeline.accept(frame));
    }

    private List<TimedFrame> tracks(Track track) {
        return out.stream().filter(f -> f.frame().track() == track).toList();
    }

    /** The last second of sound and pictures lies where the source's own count has it. */
    private void assertInPlace(long withinNs) {
        TimedFrame sound = tracks(Track.AUDIO).get(tracks(Track.AUDIO).size() - 1);
        assertThat(sound.frame().ptsNs())
                .isCloseTo(Math.round(FakeSource.number(sound.frame()) * AAC_NS), Offset.offset(withinNs));
        TimedFrame picture = tracks(Track.VIDEO).get(tracks(Track.VIDEO).size() - 1);
        assertThat(picture.frame().dtsNs())
                .isCloseTo(FakeSource.number(picture.frame()) * S / 30, Offset.offset(withinNs));
    }

    private void assertMonotonic() {
        for (Track track : Track.values()) {
            long last = Long.MIN_VALUE;
            for (TimedFrame f : tracks(track)) {
                assertThat(f.frame().dtsNs()).isGreaterThan(last);
                last = f.frame().dtsNs();
            }
        }
    }
}
