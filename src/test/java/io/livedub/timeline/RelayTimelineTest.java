package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Frame;
import io.livedub.media.Track;

import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class RelayTimelineTest {
    private static final long AAC_NS = FakeSource.AAC.frameDurationNs();

    private final FakeSource source = new FakeSource();
    private final SourceTimeline timeline = new SourceTimeline(FakeSource::silence);
    private final RelayTimeline relay = new RelayTimeline(timeline.clock(), FakeSource::silence);
    private final List<Frame> out = new ArrayList<>();

    private void feed(long fromNs, long toNs) {
        feed(source.frames(fromNs, toNs));
    }

    private void feed(List<Frame> frames) {
        frames.forEach(f -> out.addAll(relay.accept(timeline.accept(f))));
    }

    /** Sound of one stretch, the picture of another. */
    private void feed(long audioFromNs, long audioToNs, long videoFromNs, long videoToNs) {
        List<Frame> frames = new ArrayList<>();
        source.video(videoFromNs, videoToNs, frames);
        source.audio(audioFromNs, audioToNs, frames);
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));
        feed(frames);
    }

    /** Both tracks together go forward, and the sound neither has a hole nor overlaps. */
    private void inOrderAndWhole() {
        for (int i = 1; i < out.size(); i++) {
            assertThat(out.get(i).dtsNs())
                    .as("frame %d, %s", i, out.get(i))
                    .isGreaterThanOrEqualTo(out.get(i - 1).dtsNs() - MS);
        }
        List<Frame> audio = track(Track.AUDIO);
        assertThat(audio.get(0).ptsNs()).isLessThan(AAC_NS);
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).ptsNs() - audio.get(i - 1).ptsNs();
            assertThat(Math.abs(step - AAC_NS))
                    .as("step before %s", audio.get(i))
                    .isLessThan(AAC_NS / 2);
        }
    }

    private long silent() {
        return out.stream().filter(FakeSource::silent).count();
    }

    /** Sound against picture of the same instant of the source, in ms. */
    private long offMs(long pictureNumber, long soundNumber) {
        long picture = own(Track.VIDEO, pictureNumber).ptsNs() - Math.round(pictureNumber * S / source.fps);
        long sound = own(Track.AUDIO, soundNumber).ptsNs() - Math.round(soundNumber * source.audioFrameNs());
        return (sound - picture) / MS;
    }

    private Frame own(Track track, long number) {
        return track(track).stream()
                .filter(f -> !FakeSource.silent(f) && FakeSource.number(f) == number)
                .findFirst()
                .orElseThrow();
    }

    private List<Frame> track(Track track) {
        return out.stream().filter(f -> f.track() == track).toList();
    }

    @Test
    void announcedSoundThatEndedBeforeTheFirstPictureIsSilent() {
        feed(0, S / 2, S, 6 * S);

        List<Frame> audio = track(Track.AUDIO);
        assertThat(audio).hasSizeGreaterThan(150).allMatch(FakeSource::silent);
        assertThat(audio.get(0).ptsNs()).isZero();
        assertThat(track(Track.VIDEO)).hasSizeGreaterThan(130);
    }

    @Test
    void framesGoOutAsTheyComeFromZeroOn() {
        source.bFrames = true;
        source.originNs = 999 * S;

        feed(300 * MS, 5 * S);

        assertThat(track(Track.VIDEO).get(0).dtsNs()).isZero();
        assertThat(track(Track.VIDEO).get(0).ptsNs()).isEqualTo(33 * MS);
        assertThat(track(Track.VIDEO)).hasSize(120);
        assertThat(out).noneMatch(f -> f.dtsNs() < 0);
        assertThat(relay.filled()).isZero();
        assertThat(relay.overlapping()).isZero();
    }

    @Test
    void silenceGoesOnWhileNothingComesAndTheReturnJoinsBehindIt() {
        feed(0, 10 * S);
        timeline.sourceLost();
        for (long now = 10 * S; now < 24 * S; now += 100 * MS) {
            out.addAll(relay.due(source.clockNs + now));
        }
        long filledMeanwhile = relay.filled();

        feed(24 * S, 28 * S);

        assertThat(filledMeanwhile).isBetween(600L, 608L);
        assertThat(track(Track.VIDEO).get(300).ptsNs()).isCloseTo(24 * S, Offset.offset(2 * MS));
        assertThat(relay.overlapping()).isLessThan(2);
        List<Frame> audio = track(Track.AUDIO);
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).ptsNs() - audio.get(i - 1).ptsNs();
            assertThat(Math.abs(step - AAC_NS)).isLessThan(AAC_NS);
        }
    }

    /** A relay of HLS segments: seconds at once, all pictures of a piece before their sound. */
    @ParameterizedTest
    @ValueSource(longs = {3, 4, 8})
    void picturesThatComeInBurstsBeforeTheirSoundLoseNothing(long pieceS) {
        List<Frame> frames = new ArrayList<>();
        for (Frame f : source.frames(0, 24 * S)) {
            long pieceEndNs = (f.dtsNs() / (pieceS * S) + 1) * pieceS * S;
            long atNs = source.clockNs + pieceEndNs + (f.track() == Track.VIDEO ? 0 : 60 * MS);
            frames.add(new Frame(f.format(), f.ptsNs(), f.dtsNs(), f.keyframe(), atNs, f.data()));
        }
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));

        feed(frames);
        out.addAll(relay.accept(timeline.sourceLost()));
        out.addAll(relay.rest());

        assertThat(track(Track.VIDEO)).hasSize(720);
        assertThat(silent()).isLessThanOrEqualTo(1);
        assertThat(relay.overlapping()).isZero();
        assertThat(timeline.counters().overlapping()).isZero();
        inOrderAndWhole();
    }

    /** The picture waits for sound that stops, and how long is known soon after the beginning. */
    @ParameterizedTest
    @ValueSource(longs = {3, 20})
    void soundThatStopsHoldsThePictureOnlyBriefly(long afterS) {
        List<Frame> frames = new ArrayList<>();
        source.video(0, 30 * S, frames);
        source.audio(0, afterS * S, frames);
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));
        long newestNs = 0;
        long mostNs = 0;
        for (Frame frame : frames) {
            for (Frame left : relay.accept(timeline.accept(frame))) {
                newestNs = left.track() == Track.VIDEO ? left.dtsNs() : newestNs;
            }
            mostNs = Math.max(mostNs, frame.dtsNs() - newestNs);
        }

        assertThat(mostNs).isLessThan(700 * MS);
    }

    @Test
    void whatComesIntoFilledTimeIsDropped() {
        feed(0, 5 * S);
        out.addAll(relay.due(source.clockNs + 20 * S));

        List<Frame> late = new ArrayList<>();
        source.audio(5 * S, 6 * S, late);
        late.forEach(f -> out.addAll(relay.accept(timeline.accept(f))));

        assertThat(relay.overlapping()).isGreaterThan(40);
    }

    @Test
    void nothingIsDueBeforeAnythingCame() {
        assertThat(relay.due(100 * S)).isEmpty();
        assertThat(relay.accept(List.of())).isEmpty();
    }

    @Test
    void soundThatJoinsLaterThanThePictureHasItsSilenceInFrontOfThePicture() {
        feed(0, 5 * S);
        timeline.sourceLost();

        feed(8 * S + 141 * MS, 12 * S, 8 * S, 12 * S);
        out.addAll(relay.rest());

        inOrderAndWhole();
        assertThat(silent()).isBetween(145L, 150L);
        assertThat(offMs(240, 400)).isBetween(-2L, 2L);
        assertThat(offMs(330, 540)).isBetween(-2L, 2L);
    }

    @Test
    void aPictureThatJoinsLaterThanTheSoundHasItInOrder() {
        feed(0, 5 * S);
        timeline.sourceLost();

        feed(8 * S, 12 * S, 9 * S, 12 * S);
        out.addAll(relay.rest());

        inOrderAndWhole();
        assertThat(offMs(300, 480)).isBetween(-2L, 2L);
    }

    @Test
    void silenceTakesThePlaceOfSoundThatStopsWhileThePictureGoesOn() {
        feed(0, 20 * S);
        int before = out.size();
        feed(25 * S, 25 * S, 20 * S, 25 * S);
        List<Frame> during = List.copyOf(out.subList(before, out.size()));
        feed(25 * S, 30 * S);
        out.addAll(relay.rest());

        // The picture is held for no longer than the patience.
        assertThat(during.get(during.size() - 1).dtsNs()).isGreaterThan(25 * S - 500 * MS);
        assertThat(silent()).isBetween(233L, 235L);
        inOrderAndWhole();
        assertThat(track(Track.AUDIO)).hasSize(1407);
        assertThat(offMs(800, 1300)).isBetween(-2L, 2L);
        assertThat(relay.overlapping()).isZero();
    }

    @Test
    void soundGoesOnWhileThePictureStops() {
        feed(0, 20 * S);
        int before = out.size();
        feed(20 * S, 24 * S, 24 * S, 24 * S);
        List<Frame> during = List.copyOf(out.subList(before, out.size()));
        feed(24 * S, 30 * S);
        out.addAll(relay.rest());

        assertThat(during.get(during.size() - 1).dtsNs()).isGreaterThan(24 * S - 300 * MS);
        assertThat(silent()).isZero();
        inOrderAndWhole();
        assertThat(offMs(800, 1300)).isBetween(-2L, 2L);
    }

    @Test
    void soundThatBeginsSecondsAfterThePictureHasSilenceBeforeIt() {
        feed(6 * S, 12 * S, 0, 12 * S);
        out.addAll(relay.rest());

        inOrderAndWhole();
        assertThat(silent()).isBetween(280L, 282L);
        assertThat(offMs(200, 300)).isBetween(-2L, 2L);
    }

    @ParameterizedTest
    @ValueSource(longs = {-900, -600, -300, 300, 600, 900})
    void soundThatComesLateOrEarlyIsNeverReplaced(long behindMs) {
        source.audioBehindNs = behindMs * MS;

        feed(0, 30 * S);
        out.addAll(relay.rest());

        assertThat(silent()).isZero();
        assertThat(relay.overlapping()).isZero();
        assertThat(track(Track.AUDIO)).hasSize(1407);
        assertThat(track(Track.VIDEO)).hasSize(900);
        inOrderAndWhole();
    }

    /** One of the two threads that read is held up; the tracks come in another order than they were sent in. */
    @Test
    void soundThatOnceComesLaterThanUsualIsNotReplaced() {
        feed(0, 20 * S);
        List<Frame> frames = new ArrayList<>();
        source.video(20 * S, 20 * S + 350 * MS, frames);
        source.audio(20 * S, 20 * S + 350 * MS, frames);
        feed(frames);
        feed(20 * S + 350 * MS, 25 * S);

        assertThat(silent()).isZero();
        assertThat(relay.overlapping()).isZero();
        inOrderAndWhole();
    }

    @Test
    void whatIsHeldIsBounded() {
        source.fps = 100;
        feed(0, 0, 0, 60 * S);

        assertThat(out).hasSizeGreaterThan(6000 - Interleaver.MOST_HELD - 10);
    }

    @Test
    void nothingIsHeldOfASourceThatIsLost() {
        feed(0, 10 * S);
        int before = out.size();
        out.addAll(relay.lost(timeline.sourceLost()));

        assertThat(out).hasSizeGreaterThan(before);
        assertThat(track(Track.VIDEO)).hasSize(300);
        assertThat(relay.rest()).isEmpty();
        inOrderAndWhole();
    }
}
