package io.livedub.spawn;

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.stream.StreamNews;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

import static org.assertj.core.api.Assertions.assertThat;

class NewsLineTest {
    static Stream<StreamNews> everyKind() {
        return Stream.of(
                new StreamNews.Life(new StreamState.Connecting(), ""),
                new StreamNews.Life(new StreamState.Live(), "frames arrive"),
                new StreamNews.Life(new StreamState.SourceLost("gone"), "gone"),
                new StreamNews.Life(new StreamState.Draining("stop"), "stop"),
                new StreamNews.Life(new StreamState.Ended("over"), "over"),
                new StreamNews.Life(
                        new StreamState.Failed("no\nsound \"", ExitCode.UNSUPPORTED_SOURCE), "no\nsound \""),
                new StreamNews.Cut(7, true),
                new StreamNews.Aired(1L << 40, 500_000_000L, 6_000_000_000L, true, "×1.1", "hello\n", "¿qué?"),
                new StreamNews.Sound(-23_100, -22_900, StreamNews.Sound.SILENT),
                new StreamNews.RoundTrip(66_000_000L),
                new StreamNews.Fallback("late"),
                new StreamNews.Inflight(3),
                new StreamNews.Breaker(2),
                new StreamNews.Sts("Ready"),
                new StreamNews.Backpressure("pause"),
                new StreamNews.Reconnected(),
                new StreamNews.Measured(5_983_000_000L, -5_200_000L),
                new StreamNews.Sent(1L << 33, 94, 1L << 40),
                new StreamNews.Written("audio_dubbed"),
                new StreamNews.FileLost(),
                new StreamNews.PipelineError("sink"));
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void whatIsSaidIsHeard(StreamNews news) {
        String line = NewsLine.encode(news).orElseThrow();
        assertThat(line).doesNotContain("\n");
        assertThat(NewsLine.decode(line)).contains(news);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "{}", "[\"alive\"]", "[7]", "[\"none of ours\",1]", "[\"cut\"", "null"})
    void whatIsNoneOfOursIsNotHeard(String line) {
        assertThat(NewsLine.decode(line)).isEmpty();
    }

    @Test
    void theLastWordIsTheParents() {
        assertThat(NewsLine.encode(new StreamNews.Gone())).isEmpty();
    }
}
