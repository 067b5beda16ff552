package io.livedub.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.support.FakeMediaSink;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class OutputTest {
    private final FakeMediaSink sink = new FakeMediaSink(new VirtualClock(7_000));
    private final List<StreamFailure> failures = new ArrayList<>();
    private final Output output = new Output(sink, Pacing.TIMED, failures::add);

    @Test
    void framesThatAreDueBeforeItIsOpenAreHeld() {
        output.push(List.of(frame(1), frame(2)), 9_000);
        boolean before = output.isOpen();

        output.open(Segments.AVC, Segments.AAC, 9_000);
        output.push(List.of(frame(4)), 8_999);

        assertThat(before).isFalse();
        assertThat(output.isOpen()).isTrue();
        assertThat(output.zeroNs()).isEqualTo(9_000);
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
        Output relayed = new Output(sink, Pacing.IMMEDIATE, failures::add);

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
    void itIsOpenedOnce() {
        output.open(Segments.AVC, Segments.AAC, 1);

        output.open(Segments.AVC, Segments.AAC, 2);

        assertThat(output.zeroNs()).isEqualTo(1);
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
    void closingClosesThePublication() {
        output.open(Segments.AVC, Segments.AAC, 1);

        output.close();

        assertThat(sink.closed).isTrue();
    }

    private static Frame frame(long dtsNs) {
        return new Frame(Segments.AVC, dtsNs, dtsNs, true, 0, new byte[1]);
    }
}
