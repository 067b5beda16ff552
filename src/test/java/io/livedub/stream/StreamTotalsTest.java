package io.livedub.stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class StreamTotalsTest {
    private final VirtualClock clock = new VirtualClock();
    private final StreamTotals totals = new StreamTotals(clock::nowNs);

    @Test
    void theLastLineSaysWhatTheStreamCameTo() {
        totals.cut();
        totals.cut();
        totals.cut();
        totals.dubbed();
        totals.fallback("timeout");
        totals.fallback("late");
        totals.fallback("timeout");
        totals.sent(25, 46);
        totals.sent(450, 844);
        clock.advanceMs(18_040);

        String line = totals.line(new StreamState.Ended("the source has ended"), "the source has ended");

        assertThat(line)
                .isEqualTo(
                        "the stream is over after 18.0 s: 450 pictures and 844 audio frames sent, 3 segments, 1 dubbed,"
                                + " fallbacks: late 1, timeout 2; exit code 0: the source has ended");
        assertThat(totals.fields(new StreamState.Ended(""), "SIGTERM"))
                .containsExactly(
                        "duration_s",
                        "18.0",
                        "video_frames",
                        450L,
                        "audio_frames",
                        844L,
                        "segments",
                        3L,
                        "dubbed",
                        1L,
                        "fallbacks",
                        "late 1, timeout 2",
                        "exit_code",
                        143,
                        "reason",
                        "SIGTERM");
    }

    @Test
    void withoutAFallbackItSaysNone() {
        assertThat(totals.line(new StreamState.Failed("no source", ExitCode.NO_SOURCE), "no source"))
                .endsWith("0 dubbed, fallbacks: none; exit code 3: no source");
    }

    @ParameterizedTest
    @CsvSource({"SIGTERM, 143", "SIGINT, 130", "the source has ended, 0"})
    void theExitCodeIsThatOfRun(String reason, int code) {
        assertThat(StreamTotals.exitCode(new StreamState.Ended(reason), reason)).isEqualTo(code);
        assertThat(StreamTotals.exitCode(new StreamState.Failed("gone", ExitCode.PUBLISHING), reason))
                .isEqualTo(5);
    }
}
