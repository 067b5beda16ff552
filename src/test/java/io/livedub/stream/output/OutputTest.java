package io.livedub.stream.output;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutputTest {
    private final VirtualClock clock = new VirtualClock(7_000);
    private final FakeMediaSink sink = new FakeMediaSink(clock);
    private final List<StreamFailure> failures = new ArrayList<>();
    private final ToldListener told = new ToldListener();
    private boolean othersOnAir;
    private final Output output = output(Pacing.TIMED, Duration.ZERO);

    private Output output(Pacing pacing, Duration grace) {
        return new Output(
                sink,
                new OutputTerms(pacing == Pacing.IMMEDIATE, grace, !grace.isZero(), () -> othersOnAir, () -> {
                    throw new AssertionError("nobody asked what viewers hear");
                }),
                clock,
                told,
                failures::add);
    }

    @Test
    void framesThatAreDueBeforeItIsOpenAreHeld() {
        output.push(List.of(frame(1), frame(2)), 9_000);
        boolean before = output.isOpen();

        output.open(Segments.AVC, Segments.AAC, 9_000);
        output.push(List.of(frame(4)), 8_999);

        assertThat(before).isFalse();
        assertThat(output.isOpen()).isTrue();
        assertThat(sink.zeroNs).isEqualTo(9_000);
        assertThat(sink.pushed.stream().map(Frame::dtsNs))
                .as("stamped from the publication's zero")
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void aFrameBeforeTheZeroAirsAtTheZero() {
        output.open(Segments.AVC, Segments.AAC, 9_000);

        output.push(List.of(frame(-2), frame(3)), 9_000);

        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(0L, 3L);
    }

    @Test
    void whatIsRelayedKeepsItsTimes() {
        Output relayed = output(Pacing.IMMEDIATE, Duration.ZERO);

        relayed.open(Segments.AVC, Segments.AAC, 9_000);
        relayed.push(List.of(frame(3)), 0);

        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(3L);
    }

    @Test
    void moreThanItMayHoldIsADefect() {
        for (int i = 0; i < 1024; i++) {
            output.push(List.of(frame(i)), 0);
        }

        assertThatThrownBy(() -> output.push(List.of(frame(1024)), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("1024 frames are due and nothing is open");
    }

    @Test
    void anOutputThatWasLostCountsAsOnAirUntilItsGraceIsOver() {
        Output lost = output(Pacing.TIMED, Duration.ofSeconds(60));
        lost.open(Segments.AVC, Segments.AAC, 9_000);
        clock.advanceMs(3_000);
        sink.refuses = "the server is away";
        sink.fail("the connection broke");
        othersOnAir = true;
        clock.advanceMs(55_000);
        boolean within = lost.isOnAir();
        clock.advanceMs(10_000);

        assertThat(within).isTrue();
        assertThat(lost.isOnAir()).isFalse();
    }

    @Test
    void anOutputThatWasRefusedFromTheStartIsNotOnAir() {
        sink.refuses = "the path is taken";
        othersOnAir = true;
        Output refused = output(Pacing.TIMED, Duration.ofSeconds(60));
        refused.open(Segments.AVC, Segments.AAC, 9_000);
        clock.advanceMs(100);

        assertThat(refused.isOnAir()).isFalse();
    }

    @Test
    void itIsOpenedOnce() {
        output.open(Segments.AVC, Segments.AAC, 1);

        output.open(Segments.AVC, Segments.AAC, 2);

        assertThat(sink.zeroNs).isEqualTo(1);
    }

    @Test
    void afterTheEndItIsNotOpened() {
        boolean[] ended = {false};

        output.end(Duration.ofSeconds(1)).subscribe().with(done -> ended[0] = true);
        output.open(Segments.AVC, Segments.AAC, 1);
        output.close();

        assertThat(ended[0]).isTrue();
        assertThat(sink.openedNs).isNegative();
    }

    @Test
    void aRefusalIsExitCodeFive() {
        output.open(Segments.AVC, Segments.AAC, 1);

        sink.fail("the name is in use");

        assertThat(failures).singleElement().satisfies(failure -> {
            assertThat(failure.exitCode()).isEqualTo(ExitCode.PUBLISHING);
            assertThat(failure).hasMessage("the name is in use");
        });
    }

    @Test
    void whatIsLostIsPublishedAgainOnTheSameTimelineFromItsLastKeyframe() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        lasting.push(List.of(frame(1, true), frame(2, false)), 9_000);
        clock.advanceMs(3_000);

        sink.fail("gone");
        lasting.push(List.of(frame(3, false)), 9_000);
        clock.advanceMs(1);
        lasting.push(List.of(frame(4, false)), 9_000);
        clock.advanceMs(2_000);

        assertThat(failures).isEmpty();
        assertThat(sink.opened).isEqualTo(2);
        assertThat(sink.zeroNs).isEqualTo(9_000);
        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(1L, 2L, 1L, 2L, 3L, 4L);
        assertThat(told.lines).containsExactly("gone, again in 0 ms", "back after 0 ms, missed 1");
        assertThat(lasting.totals().bytesSent()).isEqualTo(2 + 4);
    }

    @Test
    void whatGoesOnWhereAnotherProcessEndedWaitsForItsReadersAndLosesNothing() {
        output.goOn();
        output.open(Segments.AVC, Segments.AAC, 9_000);
        output.push(List.of(frame(1, true), frame(2, false)), 9_000);
        clock.advanceMs(299);
        boolean early = !sink.pushed.isEmpty();
        output.push(List.of(frame(3, false)), 9_000);
        clock.advanceMs(1);
        output.push(List.of(frame(4, false)), 9_000);

        assertThat(sink.announced).as("readers are let in before").isEqualTo(1);
        assertThat(early).isFalse();
        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(1L, 2L, 3L, 4L);
    }

    /** In ms: when the server lets it publish, when the first frame leaves. The last server never does, and is given what there is all the same. */
    @ParameterizedTest
    @CsvSource({"250, 550", "2000, 2300", "60000, 3000"})
    void readersAreWaitedForFromWhenTheServerHasLetItPublish(long acceptedMs, long leavesMs) {
        sink.acceptsAfter = Duration.ofMillis(acceptedMs);
        output.goOn();
        output.open(Segments.AVC, Segments.AAC, 9_000);
        output.push(List.of(frame(1, true)), 9_000);

        clock.advanceMs(leavesMs - 1);
        assertThat(sink.pushed).isEmpty();
        clock.advanceMs(1);
        assertThat(sink.pushed).hasSize(1);
    }

    @Test
    void whatWaitsForReadersLeavesBeforeTheEnd() {
        output.goOn();
        output.open(Segments.AVC, Segments.AAC, 9_000);
        output.push(List.of(frame(1, true)), 9_000);

        output.end(Duration.ofSeconds(1));
        clock.advanceMs(1_000);

        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(1L);
        assertThat(sink.ended).isTrue();
    }

    @Test
    void theFirstPublicationWaitsForNobody() {
        output.open(Segments.AVC, Segments.AAC, 9_000);

        output.push(List.of(frame(1, true)), 9_000);

        assertThat(sink.announced).isZero();
        assertThat(sink.pushed).hasSize(1);
    }

    @Test
    void framesThatAFrozenServerDidNotTakeAreLost() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        lasting.push(List.of(frame(1, true), frame(2, false)), 9_000);
        clock.advanceMs(3_000);
        sink.frozen = true;
        lasting.push(List.of(frame(3, false), frame(4, false), frame(5, false)), 9_000);

        sink.fail("frozen");
        lasting.push(List.of(frame(6, false)), 9_000);
        sink.frozen = false;
        clock.advanceMs(3_000);

        assertThat(told.lines).last().isEqualTo("back after 0 ms, missed 4");
    }

    @Test
    void whatIsShownAgainAndNotTakenIsNotLostTwice() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        lasting.push(List.of(frame(1, true), frame(2, false)), 9_000);
        clock.advanceMs(3_000);
        sink.frozen = true;
        sink.fail("gone");
        clock.advanceMs(1);
        lasting.push(List.of(frame(3, false)), 9_000);

        sink.fail("gone again");
        sink.frozen = false;
        clock.advanceMs(5_000);

        assertThat(told.lines).last().isEqualTo("back after 251 ms, missed 1");
    }

    @Test
    void itIsTriedAgainAfterLongerAndLongerPausesAsLongAsItsGraceLasts() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(3));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        lasting.push(List.of(frame(1, true)), 9_000);
        clock.advanceMs(3_000);
        sink.refuses = "no";

        sink.fail("gone");
        clock.advanceMs(20_000);

        assertThat(told.lines)
                .containsExactly(
                        "gone, again in 0 ms",
                        "no, again in 250 ms",
                        "no, again in 500 ms",
                        "no, again in 750 ms",
                        "no, again in 750 ms",
                        "no, again in 750 ms");
        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure.exitCode())
                .isEqualTo(ExitCode.PUBLISHING));
        assertThat(sink.opened).isEqualTo(1 + 6);
    }

    @Test
    void oneThatWasNeverOnAirIsRefused() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        sink.refuses = "the name is in use";

        lasting.open(Segments.AVC, Segments.AAC, 1);

        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                .hasMessage("the name is in use"));
        assertThat(told.lines).isEmpty();
    }

    @Test
    void withoutItsLastKeyframeItBeginsAtTheNext() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        lasting.push(List.of(frame(1, false)), 9_000);
        clock.advanceMs(3_000);

        sink.fail("gone");
        clock.advanceMs(1);
        lasting.push(List.of(frame(2, false), frame(3, true), frame(4, false)), 9_000);
        clock.advanceMs(2_000);

        assertThat(sink.pushed.stream().map(Frame::dtsNs)).containsExactly(1L, 3L, 4L);
        assertThat(told.lines).last().isEqualTo("back after 0 ms, missed 1");
    }

    @Test
    void anEndWhileItIsAwayIsTheEnd() {
        Output lasting = output(Pacing.TIMED, Duration.ofSeconds(60));
        lasting.open(Segments.AVC, Segments.AAC, 9_000);
        clock.advanceMs(3_000);
        sink.fail("gone");
        boolean[] ended = {false};

        lasting.end(Duration.ofSeconds(1)).subscribe().with(done -> ended[0] = true);
        clock.advanceMs(10_000);

        assertThat(ended[0]).isTrue();
        assertThat(sink.opened).isEqualTo(1);
    }

    @Test
    void closingClosesThePublication() {
        output.open(Segments.AVC, Segments.AAC, 1);

        output.close();

        assertThat(sink.closed).isTrue();
    }

    private static Frame frame(long dtsNs) {
        return frame(dtsNs, true);
    }

    private static Frame frame(long dtsNs, boolean keyframe) {
        return new Frame(Segments.AVC, dtsNs, dtsNs, keyframe, 0, new byte[1]);
    }
}
