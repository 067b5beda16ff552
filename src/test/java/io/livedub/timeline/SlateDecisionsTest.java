package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SlateClip;
import io.livedub.media.VideoFormat;

import static org.assertj.core.api.Assertions.assertThat;

/** What a slate decides by itself: when and what it shows, whether a film fits the stream, and what may air behind it. */
class SlateDecisionsTest {
    private static final long S = 1_000_000_000L;
    private static final long NEVER = Long.MAX_VALUE;
    /** One SPS of two bytes, one PPS of one. */
    private static final String SETS = "014d001fffe10002670101000168";

    private static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);
    private static final byte[] SILENCE = {0};
    private static final byte FILM_SOUND = 8;

    private final List<String> told = new ArrayList<>();
    private final Slate.SlateListener listener = new Slate.SlateListener() {
        @Override
        public void began(boolean clip) {
            told.add(clip ? "film" : "hold");
        }

        @Override
        public void ended(long shownNs, boolean back) {
            told.add((back ? "back after " : "end after ") + shownNs / S);
        }

        @Override
        public void unfit(String why) {
            told.add(why);
        }
    };

    private static VideoFormat avc(String hex) {
        return new VideoFormat(HexFormat.of().parseHex(hex), 320, 180);
    }

    private static Frame picture(VideoFormat format, long atNs, boolean keyframe) {
        return new Frame(format, atNs, atNs, keyframe, atNs, new byte[] {(byte) (keyframe ? 1 : 2)});
    }

    private static Frame picture(long atNs, boolean keyframe) {
        return picture(avc(SETS), atNs, keyframe);
    }

    private Slate hold() {
        return Slate.ofAir(new SlatePlan(Optional.empty()), listener);
    }

    /** A round of 2 s with a picture each second and sound in its first half. */
    private Slate film(VideoFormat video, AudioFormat sound) {
        List<SlateClip.Picture> pictures = List.of(
                new SlateClip.Picture(0, 0, true, new byte[] {10}),
                new SlateClip.Picture(S, 0, false, new byte[] {11}));
        Optional<SlateClip.Sound> its = Optional.ofNullable(sound).map(format -> {
            byte[][] frames = new byte[(int) format.nsToFrames(S)][];
            Arrays.fill(frames, new byte[] {FILM_SOUND});
            return new SlateClip.Sound(format, List.of(frames), 0);
        });
        return Slate.ofAir(new SlatePlan(Optional.of(new SlateClip(video, pictures, 2 * S, its))), listener);
    }

    private static Slate aired(Slate slate, VideoFormat video, AudioFormat sound) {
        slate.aired(picture(video, 0, true), 0);
        slate.heard(sound);
        return slate;
    }

    @Test
    void nothingIsShownBeforeAnythingHasAiredOrWithoutAKeyframe() {
        // given
        Slate slate = hold();
        // then
        assertThat(slate.nextNs(0)).isEqualTo(NEVER);
        // when
        slate.resume(5 * S);
        slate.seed(picture(4 * S, false));
        // then
        assertThat(slate.nextNs(0)).isEqualTo(NEVER);
        // when
        slate.seed(picture(4 * S, true));
        // then
        assertThat(slate.nextNs(0)).isEqualTo(6 * S);
        assertThat(slate.take(6 * S, 0).data()).containsExactly(1);
        assertThat(told).containsExactly("hold");
    }

    @Test
    void aStreamWithoutASlateShowsNone() {
        Slate off = Slate.off();
        off.seed(picture(0, true));
        off.aired(picture(0, true), 0);
        off.heard(AAC);
        off.end(false);

        assertThat(off.nextNs(10 * S)).isEqualTo(NEVER);
        assertThat(off.isOn()).isFalse();
        assertThat(off.soundAt(AAC, 0, SILENCE)).isSameAs(SILENCE);
    }

    @Test
    void behindTheSlateOnlyAKeyframeMayAirUnlessNoneComesForLong() {
        // given
        Slate slate = aired(hold(), avc(SETS), AAC);
        assertThat(slate.admits(picture(S, false), S)).isTrue();
        slate.take(S, 0);
        long patienceNs = SourceTimeline.KEYFRAME_PATIENCE_NS;
        // then
        assertThat(slate.admits(picture(2 * S, false), 2 * S)).isFalse();
        assertThat(slate.admits(picture(2 * S, true), 2 * S)).isTrue();
        assertThat(slate.admits(picture(2 * S, false), 2 * S + patienceNs)).isFalse();
        assertThat(slate.admits(picture(2 * S, false), 2 * S + patienceNs + 1)).isTrue();
        // when
        slate.aired(picture(3 * S, true), 3 * S);
        // then
        assertThat(slate.isOn()).isFalse();
        assertThat(told).containsExactly("hold", "back after 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatWasDueWhileTheMachineStoodStillIsLeftOut(boolean isFilm) {
        // given
        Slate slate = aired(isFilm ? film(avc(SETS), AAC) : hold(), avc(SETS), AAC);
        slate.take(S, 0);
        assertThat(slate.nextNs(0)).isEqualTo(2 * S);
        // when
        long nextNs = slate.nextNs(20 * S);
        // then
        assertThat(nextNs).isEqualTo(20 * S);
        assertThat(slate.take(nextNs, 0).data()).containsExactly(isFilm ? 10 : 1);
        assertThat(slate.shownNs()).isEqualTo(19 * S);
    }

    @Test
    void theFilmIsHeardFromItsBeginningAndOnlyInItsOwnFormat() {
        // given
        Slate slate = aired(film(avc(SETS), AAC), avc(SETS), AAC);
        assertThat(slate.soundAt(AAC, S, SILENCE)).isSameAs(SILENCE);
        // when
        slate.take(S, 0);
        // then
        assertThat(slate.soundAt(AAC, S, SILENCE)).containsExactly(FILM_SOUND);
        assertThat(slate.soundAt(AAC, S - 1, SILENCE)).isSameAs(SILENCE);
        assertThat(slate.soundAt(AAC, 2 * S + S / 2, SILENCE)).isSameAs(SILENCE);
        assertThat(slate.soundAt(AudioFormat.aacLc(44_100, 2), S, SILENCE)).isSameAs(SILENCE);
        assertThat(told).containsExactly("film");
    }

    @ParameterizedTest
    @CsvSource({
        // The same bytes; other flags and sizes in front; more behind the last PPS.
        "014d001fffe10002670101000168, 014d001fffe10002670101000168, true",
        "014d001fffe10002670101000168, 014d001f03010002670101000168, true",
        "014d001fffe10002670101000168, 0164001fffe10002670101000168fdf8f800, true",
        // Another SPS, another PPS, one PPS more.
        "014d001fffe10002670101000168, 014d001fffe10002670201000168, false",
        "014d001fffe10002670101000168, 014d001fffe10002670101000169, false",
        "014d001fffe10002670101000168, 014d001fffe10002670102000168000168, false",
        // Damaged: cut off before the number, within a size, within a set.
        "014d001fff, 014d001fffe10002670101000168, false",
        "014d001fffe1, 014d001fffe10002670101000168, false",
        "014d001fffe100, 014d001fffe10002670101000168, false",
        "014d001fffe10009670101000168, 014d001fffe10002670101000168, false",
        "014d001fffe10002670101000968, 014d001fffe10002670101000168, false"
    })
    void aFilmFitsByItsParameterSets(String film, String stream, boolean fits) {
        Slate slate = aired(film(avc(film), AAC), avc(stream), AAC);
        slate.take(slate.nextNs(0), 0);

        assertThat(told).hasSize(fits ? 1 : 2).last().isEqualTo(fits ? "film" : "hold");
        if (!fits) {
            assertThat(told.get(0)).contains("other parameter sets");
        }
    }

    private static AudioFormat sound(int object, int rateHz, int configuration, int samples, boolean sbr) {
        // Bytes of its own, as of a muxer that writes the same settings at greater length.
        return new AudioFormat(new byte[] {9, 9, 9, 9, 9}, object, rateHz, configuration, 2, samples, sbr);
    }

    @ParameterizedTest
    @CsvSource({
        "2, 48000, 2, 1024, false, true",
        "1, 48000, 2, 1024, false, false",
        "2, 44100, 2, 1024, false, false",
        "2, 48000, 1, 1024, false, false",
        "2, 48000, 0, 1024, false, false",
        "2, 48000, 2, 960, false, false",
        "2, 48000, 2, 1024, true, false"
    })
    void aFilmFitsByWhatItsSoundIsDecodedWith(
            int object, int rateHz, int configuration, int samples, boolean sbr, boolean fits) {
        // given
        Slate slate = film(avc(SETS), sound(object, rateHz, configuration, samples, sbr));
        // when
        aired(slate, avc(SETS), AAC);
        // Said once, however often it is looked at.
        slate.heard(AudioFormat.aacLc(48_000, 2));
        slate.take(slate.nextNs(0), 0);
        // then
        assertThat(told).hasSize(fits ? 1 : 2).last().isEqualTo(fits ? "film" : "hold");
        if (!fits) {
            assertThat(told.get(0)).contains("its sound is");
        }
    }

    @Test
    void aFilmWithoutSoundFitsAnyAndIsHeardAsSilence() {
        Slate slate = aired(film(avc(SETS), null), avc(SETS), AAC);
        slate.take(S, 0);

        assertThat(told).containsExactly("film");
        assertThat(slate.soundAt(AAC, S, SILENCE)).isSameAs(SILENCE);
    }

    @Test
    void whatDoesNotFitIsSaidOnceAndMayFitLater() {
        // given
        Slate slate = aired(film(avc(SETS), AAC), avc("014d001fffe10002670201000168"), AAC);
        // when
        slate.aired(picture(avc("014d001fffe10002670301000168"), S, true), S);
        slate.aired(picture(avc(SETS), 2 * S, true), 2 * S);
        slate.take(slate.nextNs(0), 0);
        // then
        assertThat(told).hasSize(2).last().isEqualTo("film");
    }

    @ParameterizedTest
    @CsvSource({"64, true", "65, false"})
    void ofVeryManyLossesTheOldestIsForgotten(int losses, boolean slateBefore) {
        // given
        Slate slate = aired(hold(), avc(SETS), AAC);
        OutputPictures pictures = new OutputPictures(new Slew(), slate);
        for (int i = 0; i < losses; i++) {
            pictures.sourceLost(i * 100 * S);
        }
        // when
        pictures.add(50 * S, List.of(picture(50 * S, true)), List.of());
        // then
        assertThat(pictures.nextAirNs(2 * S, S, false)).isEqualTo(slateBefore ? 2 * S : 50 * S);
    }

    @Test
    void pictureThatNeedsWhatTheSlateHasReplacedIsLeftOutAndCounted() {
        // given
        Slate slate = aired(hold(), avc(SETS), AAC);
        OutputPictures pictures = new OutputPictures(new Slew(), slate);
        pictures.sourceLost(S);
        slate.take(S, 0);
        // when
        pictures.add(3 * S, List.of(picture(3 * S, false), picture(4 * S, true)), List.of());
        pictures.emit(3 * S, new Stamps(0), List.of(), 0);
        // then
        assertThat(pictures.dropped()).isEqualTo(1);
        assertThat(slate.isOn()).isTrue();
        // when
        pictures.emit(4 * S, new Stamps(0), List.of(), 0);
        // then
        assertThat(pictures.dropped()).isEqualTo(1);
        assertThat(slate.isOn()).isFalse();
        assertThat(pictures.isEmpty()).isTrue();
    }

    @Test
    void nothingIsShownBehindTheEndOrWithoutALoss() {
        Slate slate = aired(hold(), avc(SETS), AAC);
        OutputPictures pictures = new OutputPictures(new Slew(), slate);

        assertThat(pictures.nextAirNs(10 * S, S, false)).as("no loss").isEqualTo(NEVER);
        pictures.sourceLost(S);
        assertThat(pictures.nextAirNs(10 * S, S, true)).as("the end").isEqualTo(NEVER);
        assertThat(pictures.nextAirNs(10 * S, S, false)).isLessThan(12 * S);
        assertThat(pictures.nextAirNs(0, S / 10, false)).as("too early").isEqualTo(NEVER);
    }
}
