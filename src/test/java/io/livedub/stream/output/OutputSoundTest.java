package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SourceException;
import io.livedub.media.Track;
import io.livedub.stream.StreamFailure;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** The sound of an output changes on the way, and its server tells viewers of it or does not. */
class OutputSoundTest {
    private static final AudioFormat BEFORE = Segments.AAC;
    private static final AudioFormat AFTER = AudioFormat.aacLc(44_100, 1);

    private final VirtualClock clock = new VirtualClock(7_000);
    private final FakeMediaSink sink = new FakeMediaSink(clock);
    private final FakeMediaSource viewer = new FakeMediaSource(clock);
    private final List<StreamFailure> failures = new ArrayList<>();
    private final ToldListener told = new ToldListener();
    private final Output output = output(Duration.ofSeconds(60));
    private long nextMs;

    private Output output(Duration grace) {
        return new Output(
                sink,
                new OutputTerms(true, grace, !grace.isZero(), () -> false, () -> viewer),
                clock,
                told,
                failures::add);
    }

    @Test
    void aServerThatKeepsToTheOldSoundIsPublishedToAnewFromTheNextKeyframeOnAndNothingIsLost() {
        sink.endsAfter = Duration.ofMillis(120);
        onAirWith(BEFORE, output);
        play(output, AFTER, false, 50);
        viewerHears(BEFORE);
        play(output, AFTER, true, 20);
        clock.advanceMs(3_000);
        play(output, AFTER, false, 1);

        assertThat(viewer.attempts).hasSize(1);
        assertThat(viewer.attempt().cancelled).as("it has stopped viewing").isTrue();
        assertThat(sink.sounds).containsExactly(BEFORE, AFTER);
        assertThat(sink.pushed(Track.VIDEO).stream().map(Frame::dtsNs))
                .doesNotHaveDuplicates()
                .hasSize((int) nextMs / 40);
        assertThat(sink.announced).as("readers are let in before").isEqualTo(1);
        assertThat(told.lines).containsExactly("old sound", "back after 120 ms, missed 0");
        assertThat(failures).isEmpty();
    }

    @Test
    void aServerThatFollowsIsLeftAlone() {
        onAirWith(BEFORE, output);
        play(output, AFTER, false, 50);
        viewerHears(AFTER);
        play(output, AFTER, true, 100);

        assertThat(sink.sounds).containsExactly(BEFORE);
        assertThat(told.lines).isEmpty();
    }

    @Test
    void aServerThatDoesNotLetUsReadIsLeftAlone() {
        onAirWith(BEFORE, output);
        viewer.refuse(SourceException.SourceFailure.values()[0]);
        play(output, AFTER, true, 100);

        assertThat(viewer.attempts).hasSize(1);
        assertThat(sink.sounds).containsExactly(BEFORE);
        assertThat(told.lines).isEmpty();
    }

    @Test
    void aServerThatSaysNothingIsLeftAlone() {
        onAirWith(BEFORE, output);
        play(output, AFTER, true, 500);

        assertThat(viewer.attempts).singleElement().satisfies(attempt -> assertThat(attempt.cancelled)
                .isTrue());
        assertThat(sink.sounds).containsExactly(BEFORE);
    }

    /** As MediaMTX does where a path is always available: its tracks are fixed. */
    @Test
    void whereTheNewSoundIsRefusedTheOldOneIsAnnounced() {
        onAirWith(BEFORE, output);
        play(output, AFTER, false, 50);
        viewerHears(BEFORE);
        sink.refuses = "closed";
        play(output, AFTER, true, 1);
        sink.refuses = null;
        clock.advanceMs(3_000);
        play(output, AFTER, true, 500);

        assertThat(sink.sounds).containsExactly(BEFORE, AFTER, BEFORE);
        assertThat(viewer.attempts).as("not asked again").hasSize(1);
        assertThat(told.lines).containsExactly("old sound", "closed, again in 250 ms", "back after 250 ms, missed 0");
    }

    @Test
    void aSoundThatChangesBackInTimeIsNoChange() {
        onAirWith(BEFORE, output);
        play(output, AFTER, true, 10);
        play(output, BEFORE, true, 50);
        viewerHears(BEFORE);
        play(output, BEFORE, true, 50);

        assertThat(sink.sounds).containsExactly(BEFORE);
    }

    @Test
    void aSoundThatChangesAllTheTimeIsAskedForEachTenSeconds() {
        onAirWith(BEFORE, output);
        for (int second = 0; second < 22; second++) {
            play(output, second % 2 == 0 ? AFTER : BEFORE, true, 25);
            if (!viewer.attempts.isEmpty() && !viewer.attempt().cancelled) {
                viewer.attempt().endOfStream();
            }
        }

        assertThat(viewer.openedMs()).containsExactly(4_000L, 14_000L, 24_000L);
    }

    /** {@code run} has no grace: the server that has not noticed the end yet is asked again all the same, for ten seconds. */
    @Test
    void withoutGraceItIsAskedForTenSeconds() {
        Output brief = output(Duration.ZERO);
        onAirWith(BEFORE, brief);
        play(brief, AFTER, false, 50);
        viewerHears(BEFORE);
        sink.refuses = "the name is in use";
        play(brief, AFTER, true, 1);
        clock.advanceMs(9_000);
        assertThat(failures).isEmpty();
        clock.advanceMs(3_000);

        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                .hasMessage("the name is in use"));
    }

    /** On air for three seconds, beginning with a keyframe. */
    private void onAirWith(AudioFormat sound, Output its) {
        its.open(Segments.AVC, sound, clock.nowNs());
        play(its, sound, true, 1);
        play(its, sound, false, 74);
    }

    /** Pictures and sound of 40 ms each; of {@code keyframes}, each 25th picture is one, the first among them. */
    private void play(Output its, AudioFormat sound, boolean keyframes, int pictures) {
        for (int i = 0; i < pictures; i++) {
            long atNs = nextMs * 1_000_000;
            its.push(
                    List.of(
                            new Frame(Segments.AVC, atNs, atNs, keyframes && i % 25 == 0, 0, new byte[1]),
                            new Frame(sound, atNs, atNs, true, 0, new byte[1])),
                    0);
            nextMs += 40;
            clock.advanceMs(40);
        }
    }

    private void viewerHears(AudioFormat sound) {
        assertThat(viewer.attempts).hasSize(1);
        viewer.attempt().emit(new Frame(Segments.AVC, 0, 0, true, 0, new byte[1]));
        viewer.attempt().emit(new Frame(sound, 0, 0, true, 0, new byte[1]));
    }
}
