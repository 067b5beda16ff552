package io.livedub.stream.chain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SlateClip;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.Figure;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.Segments;
import io.livedub.support.TestSettings;
import io.livedub.timeline.SlatePlan;

import static org.assertj.core.api.Assertions.assertThat;

/** A whole stream whose source falls away and comes back, or does not, and what is shown meanwhile. */
class SlateTest {
    private static final long MS = 1_000_000L;
    private static final SlatePlan HOLD = new SlatePlan(Optional.empty());
    /** What a viewer may wait for a picture: the slate's second, and the steps in which a relay looks at the clock. */
    private static final long MOST_PAUSE_MS = 1100;

    private static final byte FILM_PICTURE = 7;
    private static final byte FILM_SOUND = 8;

    @TempDir
    Path folder;

    private Stage stage;

    /** A stream of the original sound airs as a dubbed one does, with sound that can be told apart. */
    private void start(boolean dubbed, SlatePlan plan, String... languages) {
        stage = Stage.slated(
                        folder,
                        TestSettings.into(languages.length == 0 ? new String[] {"original"} : languages),
                        dubbed,
                        plan)
                .started();
    }

    /** A round of 1.4 s: 14 pictures, with sound for 1 s of it. */
    private static SlatePlan film(VideoFormat video, AudioFormat sound) {
        List<SlateClip.Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 14; i++) {
            pictures.add(new SlateClip.Picture(i * 100 * MS, 0, i == 0, new byte[] {FILM_PICTURE, (byte) i}));
        }
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < sound.nsToFrames(1_000 * MS); i++) {
            frames.add(new byte[] {FILM_SOUND, (byte) i});
        }
        return new SlatePlan(Optional.of(
                new SlateClip(video, pictures, 1_400 * MS, Optional.of(new SlateClip.Sound(sound, frames, 0)))));
    }

    private static SlatePlan film() {
        return film(Segments.AVC, Segments.AAC);
    }

    private List<Frame> video() {
        return stage.sink.pushed(Track.VIDEO);
    }

    private static long longestPauseMs(FakeMediaSink sink) {
        long longest = 0;
        long last = -1;
        for (int i = 0; i < sink.pushed.size(); i++) {
            if (sink.pushed.get(i).track() == Track.VIDEO) {
                long at = sink.departedNs.get(i);
                longest = last < 0 ? longest : Math.max(longest, at - last);
                last = at;
            }
        }
        return longest / MS;
    }

    /** Time stamps of the picture go forward, and the sound has no hole. */
    private static void goesForward(FakeMediaSink sink) {
        long frameNs = Segments.AAC.frameDurationNs();
        for (Track track : Track.values()) {
            List<Frame> frames = sink.pushed(track);
            for (int i = 1; i < frames.size(); i++) {
                long step = frames.get(i).dtsNs() - frames.get(i - 1).dtsNs();
                assertThat(step).as("%s %d at %s", track, i, frames.get(i)).isPositive();
                if (track == Track.AUDIO) {
                    assertThat(Math.abs(step - frameNs))
                            .as("sound %d at %s", i, frames.get(i))
                            .isLessThan(frameNs);
                }
            }
        }
    }

    private static boolean isOfSource(Frame frame) {
        return frame.data().length == 4;
    }

    private static long sentMs(Frame frame) {
        long number = (frame.data()[1] & 0xff) << 8 | frame.data()[2] & 0xff;
        return frame.track() == Track.VIDEO ? number * 1000 / 30 : Segments.AAC.framesToNs(number) / MS;
    }

    /** Of what was sent in these times, pictures and sound lie beside each other as at the source. */
    private void inSync(long fromMs, long toMs) {
        List<Long> offsets = stage.sink.pushed.stream()
                .filter(SlateTest::isOfSource)
                .filter(frame -> sentMs(frame) >= fromMs && sentMs(frame) < toMs)
                .map(frame -> frame.ptsNs() / MS - sentMs(frame))
                .sorted()
                .toList();
        assertThat(offsets).hasSizeGreaterThan(100);
        assertThat(offsets.get(offsets.size() - 1) - offsets.get(0))
                .as("ms between sound and picture, sent at %d to %d ms", fromMs, toMs)
                .isLessThanOrEqualTo(Segments.AAC.frameDurationNs() / MS + 1);
    }

    /** The pictures that are not the source's at their time: keyframes of a hold are sent once by the source, and again by the slate. */
    private List<Frame> slatePictures() {
        List<Frame> shown = new ArrayList<>();
        Frame before = null;
        for (Frame frame : video()) {
            boolean again = before != null && isOfSource(frame) && sentMs(frame) <= sentMs(before);
            if (!isOfSource(frame) || again) {
                shown.add(frame);
            } else {
                before = frame;
            }
        }
        return shown;
    }

    private void sourceAwayAndBack(long awayMs) {
        stage.play(9_500);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(awayMs);
        stage.playsFrom(9_500 + awayMs);
        stage.play(12_000);
    }

    @ParameterizedTest
    @CsvSource({"false,false", "false,true", "true,false", "true,true"})
    void aViewerSeesPicturesAllAlong(boolean dubbed, boolean film) {
        start(dubbed, film ? film() : HOLD);

        sourceAwayAndBack(5_200);
        stage.clock.advanceMs(500);

        assertThat(longestPauseMs(stage.sink)).isLessThanOrEqualTo(MOST_PAUSE_MS);
        goesForward(stage.sink);
        inSync(3_000, 9_000);
        inSync(17_000, 20_000);
        assertThat(slatePictures()).hasSizeGreaterThanOrEqualTo(film ? 40 : 4);
        if (film) {
            assertThat(slatePictures().get(0).data()).containsExactly(FILM_PICTURE, 0);
            assertThat(stage.sink.pushed(Track.AUDIO).stream()
                            .filter(frame -> frame.data()[0] == FILM_SOUND)
                            .count())
                    .as("the film's sound")
                    .isGreaterThan(100);
        } else {
            assertThat(slatePictures()).allSatisfy(frame -> {
                assertThat(sentMs(frame)).as("the last keyframe").isEqualTo(9_000);
                assertThat(frame.keyframe()).isTrue();
            });
        }
        assertThat(stage.seen.slates).extracting(slate -> slate.on()).containsExactly(true, false);
        assertThat(stage.seen.slates.get(1).shown().toMillis()).isBetween(3_500L, 6_200L);
        assertThat(stage.seen.slates.get(1).what()).isEqualTo("the source airs again");
        stage.worker.measure();
        assertThat(stage.seen.figure(Figure.SLATE_ON_AIR)).isZero();
        assertThat(stage.seen.figure(Figure.SLATE_SHOWN_NS) / MS).isBetween(3_500L, 6_200L);
        assertThat(stage.seen.defects).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behindTheSlateTheSourceBeginsWithAKeyframe(boolean dubbed) {
        start(dubbed, film());
        stage.play(9_500);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(5_000);
        // The next keyframe of the source is at 15 s.
        stage.playsFrom(14_300);
        stage.play(12_000);

        List<Frame> video = video();
        Frame last = slatePictures().get(slatePictures().size() - 1);
        Frame behind = video.get(video.indexOf(last) + 1);
        assertThat(sentMs(behind)).isEqualTo(15_000);
        assertThat(behind.keyframe()).isTrue();
        assertThat(longestPauseMs(stage.sink)).isLessThanOrEqualTo(MOST_PAUSE_MS);
        goesForward(stage.sink);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itEndsWithTheGraceTimeOfTheSource(boolean dubbed) {
        start(dubbed, HOLD);
        stage.play(9_500);
        stage.source.refuse(SourceFailure.NO_SUCH_STREAM);
        long lostNs = stage.clock.nowNs();
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(30_000);

        assertThat(stage.exitCode()).isZero();
        assertThat(stage.seen.slates).extracting(slate -> slate.on()).containsExactly(true, false);
        assertThat(stage.seen.slates.get(1).what()).isEqualTo("the stream ends");
        long lastNs = stage.sink.departedNs.get(stage.sink.departedNs.size() - 1);
        // What is held airs for segment and offset after the loss, which is 5 s; the grace time is 7 s.
        assertThat((lastNs - lostNs) / MS).isBetween(5_000L, 7_300L);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSourceThatIsBackAtOnceIsNotInterrupted(boolean dubbed) {
        start(dubbed, film());
        stage.play(9_000);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(1_000);
        stage.playsFrom(9_000);
        // A server that kept the pictures since the last keyframe gives them at once.
        stage.play(1_000, 10);
        stage.play(14_000);

        if (dubbed) {
            assertThat(slatePictures().size())
                    .as("pictures of the film, where the source has none")
                    .isLessThan(10);
        }
        goesForward(stage.sink);
        inSync(13_000, 18_000);
    }

    @Test
    void withoutOneNothingIsShown() {
        stage = Stage.passthrough(folder).started();
        sourceAwayAndBack(5_000);

        assertThat(longestPauseMs(stage.sink)).isGreaterThanOrEqualTo(5_000);
        assertThat(stage.seen.slates).isEmpty();
        stage.worker.measure();
        assertThat(stage.seen.totals.figures()).doesNotContainKey(Figure.SLATE_ON_AIR);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFilmOfOtherFormatsIsWarnedOfOnceAndTheLastKeyframeIsShown(boolean otherPicture) {
        start(
                false,
                film(
                        otherPicture ? new VideoFormat(new byte[] {1, 77, 0, 40}, 640, 360) : Segments.AVC,
                        otherPicture ? Segments.AAC : AudioFormat.aacLc(44_100, 1)));
        sourceAwayAndBack(4_000);
        stage.source.attempt().endOfStream();
        stage.clock.advanceMs(4_000);

        assertThat(stage.seen.warnings)
                .filteredOn(warning -> warning.startsWith("slate:"))
                .hasSize(1)
                .allSatisfy(warning -> assertThat(warning).contains("the last keyframe is repeated instead"));
        assertThat(slatePictures()).hasSizeGreaterThan(5).allMatch(SlateTest::isOfSource);
        assertThat(longestPauseMs(stage.sink)).isLessThanOrEqualTo(MOST_PAUSE_MS);
    }

    @Test
    void allLanguagesShowIt() {
        start(true, HOLD, "es", "fr");
        sourceAwayAndBack(5_000);

        FakeMediaSink french = stage.sink("fr", stage.clock);
        assertThat(longestPauseMs(french)).isLessThanOrEqualTo(MOST_PAUSE_MS);
        goesForward(french);
        assertThat(french.pushed(Track.VIDEO)).hasSameSizeAs(video());
        for (int i = 0; i < video().size(); i++) {
            assertThat(Arrays.equals(
                            french.pushed(Track.VIDEO).get(i).data(),
                            video().get(i).data()))
                    .isTrue();
            assertThat(french.pushed(Track.VIDEO).get(i).dtsNs())
                    .isEqualTo(video().get(i).dtsNs());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSourceThatComesAndGoesIsShownWithTheSlateBetween(boolean dubbed) {
        start(dubbed, HOLD);
        stage.play(9_500);
        for (int i = 0; i < 3; i++) {
            stage.source.attempt().endOfStream();
            stage.clock.advanceMs(3_500);
            stage.playsFrom(9_500 + (i + 1) * 6_000L);
            stage.play(2_500);
        }
        stage.play(10_000);

        assertThat(longestPauseMs(stage.sink)).isLessThanOrEqualTo(MOST_PAUSE_MS);
        goesForward(stage.sink);
        assertThat(stage.seen.slates).hasSize(6);
        inSync(31_000, 34_000);
    }

    @Test
    void aSlowSourceIsNoLostOne() {
        start(true, HOLD);
        // One picture in two seconds, all of them keyframes.
        for (int i = 0; i < 20; i++) {
            long atNs = stage.clock.nowNs();
            for (int ms = 0; ms < 2_000; ms += 10) {
                stage.clock.advanceTo(atNs + ms * MS);
                if (ms == 0) {
                    stage.source
                            .attempt()
                            .emit(new Frame(
                                    Segments.AVC,
                                    i * 2_000 * MS,
                                    i * 2_000 * MS,
                                    true,
                                    stage.clock.nowNs(),
                                    new byte[] {2, 0, (byte) i, 0}));
                }
                long frame = Segments.AAC.nsToFrames((i * 2_000L + ms) * MS);
                if (Math.abs(Segments.AAC.framesToNs(frame) - (i * 2_000L + ms) * MS) < 5 * MS) {
                    long stamp = Segments.AAC.framesToNs(frame);
                    stage.source
                            .attempt()
                            .emit(new Frame(Segments.AAC, stamp, stamp, true, stage.clock.nowNs(), new byte[] {
                                1, (byte) (frame >> 8), (byte) frame, 0
                            }));
                }
            }
            stage.clock.advanceTo(atNs + 2_000 * MS);
        }

        assertThat(stage.seen.slates).isEmpty();
        assertThat(video()).hasSizeGreaterThan(10).doesNotHaveDuplicates();
    }
}
