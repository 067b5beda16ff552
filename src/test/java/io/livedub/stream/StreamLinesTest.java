package io.livedub.stream;

import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class StreamLinesTest {
    private static final UUID ID = UUID.randomUUID();

    private final VirtualClock clock = new VirtualClock();
    private final StreamLines lines = new StreamLines(StreamLog.of(new StreamId("test")), clock::nowNs);

    private static StreamEvent sent(long video, long audio) {
        return new LifeEvent.Figures(Map.of(Figure.OUTPUT_VIDEO_FRAMES, video, Figure.OUTPUT_AUDIO_FRAMES, audio));
    }

    @Test
    void theLastLineSaysWhatTheStreamCameTo() {
        lines.accept(new SegmentEvent.Cut(ID, 0, 0, 0, true));
        lines.accept(new SegmentEvent.Cut(ID, 0, 0, 0, true));
        lines.accept(new SegmentEvent.Cut(ID, 0, 0, 0, true));
        lines.accept(new SegmentEvent.Aired(ID, 0, 0, 0, 0, true, "untouched", "", ""));
        lines.accept(new SegmentEvent.Fallback(ID, FallbackReason.TIMEOUT, ""));
        lines.accept(new SegmentEvent.Fallback(ID, FallbackReason.LATE, ""));
        lines.accept(new SegmentEvent.Fallback(ID, FallbackReason.TIMEOUT, ""));
        lines.accept(sent(25, 46));
        lines.accept(sent(450, 844));
        clock.advanceMs(18_040);

        String line = lines.last(new StreamState.Ended("the source has ended"), "the source has ended");

        assertThat(line)
                .isEqualTo(
                        "the stream is over after 18.0 s: 450 pictures and 844 audio frames sent, 3 segments, 1 dubbed,"
                                + " fallbacks: late 1, timeout 2; exit code 0: the source has ended");
        assertThat(lines.fields(new StreamState.Ended(""), "SIGTERM"))
                .containsExactly(
                        "duration_s",
                        18.0,
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
        assertThat(lines.last(new StreamState.Failed("no source", ExitCode.NO_SOURCE), "no source"))
                .endsWith("0 dubbed, fallbacks: none; exit code 3: no source");
    }

    @ParameterizedTest
    @CsvSource({"SIGTERM, 143", "SIGINT, 130", "the source has ended, 0"})
    void theExitCodeIsThatOfRun(String reason, int code) {
        assertThat(StreamLines.exitCode(new StreamState.Ended(reason), reason)).isEqualTo(code);
        assertThat(StreamLines.exitCode(new StreamState.Failed("gone", ExitCode.PUBLISHING), reason))
                .isEqualTo(5);
    }
}
