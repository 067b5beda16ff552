package io.livedub.line;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.id.StreamId;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.sts.protocol.Incoming.Backpressure.Action;

import static org.assertj.core.api.Assertions.assertThat;

class EventLineTest {
    private static final UUID ID = UUID.randomUUID();

    static Stream<StreamEvent> everyKind() {
        return Stream.of(
                life(new StreamState.Connecting()),
                life(new StreamState.Live()),
                life(new StreamState.SourceLost("gone")),
                life(new StreamState.Draining("stop")),
                life(new StreamState.Ended("over")),
                life(new StreamState.Failed("no\nsound \"", ExitCode.UNSUPPORTED_SOURCE)),
                new SegmentEvent.Cut(ID, 7, 6_000_000_000L, 1L << 50, true),
                new SegmentEvent.Aired(ID, 1L << 40, 500_000_000L, 9, 6_000_000_000L, true, "×1.1", "hello\n", "¿qué?"),
                new SegmentEvent.RoundTrip(ID, Duration.ofMillis(66)),
                new SegmentEvent.Fallback(ID, FallbackReason.LATE, "after 8 s"),
                new LifeEvent.Figures(
                        Map.of(Figure.INFLIGHT, 3L, Figure.AV_DELTA_NS, -5_200_000L, Figure.OUTPUT_BYTES, 1L << 40)),
                new SessionEvent.Breaker(BreakerState.CLOSED, BreakerState.OPEN, "five in a row"),
                new SessionEvent.Session("AwaitingReady", "Ready", "session 1"),
                new SessionEvent.PaceAsked(Action.PAUSE, "", false),
                new SessionEvent.Reconnected(),
                new SegmentEvent.FileWritten(
                        ID, new StreamId("news"), 7, 1, 2, Path.of("/a/b.m4a"), false, StoredTrack.AUDIO_DUBBED),
                new SegmentEvent.FileLost(StoredTrack.VIDEO, "disk full"),
                new LifeEvent.Resumed(Duration.ofMillis(1500), 40, 12_500_000_000L),
                new LifeEvent.SparseKeyframes(Duration.ofSeconds(12), Duration.ofSeconds(10)),
                new LifeEvent.SlateShown(false, "the source airs again", Duration.ofMillis(9800)),
                new LifeEvent.StandingBy(true, "pid 7 on host"),
                new LifeEvent.SpoolGivenUp("No space left on device"),
                new LifeEvent.PipelineError(LifeEvent.Pipeline.SINK, "refused"),
                new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.ON_AIR, "published"),
                new SegmentEvent.Fallback(ID, FallbackReason.OPERATOR, "switched off").of("pt-br"),
                new LifeEvent.DubSwitched(false, " for 30 s"),
                new LifeEvent.Gone().of("fr"));
    }

    private static StreamEvent life(StreamState to) {
        return new LifeEvent.Life(new StreamState.SourceLost("before"), to, to.reason());
    }

    @ParameterizedTest
    @MethodSource("everyKind")
    void whatIsSaidIsHeard(StreamEvent event) {
        String line = EventLine.encode(event).orElseThrow();
        assertThat(line).doesNotContain("\n");
        assertThat(EventLine.decode(line)).contains(event);
    }

    /** A new kind of event is read back, or is the child's own: its log, its traces, and the end, which the parent says itself. */
    @Test
    void everyKindIsToldOrTheChildsOwn() {
        List<String> kinds =
                new ArrayList<>(List.of("FragmentSent", "Fitted", "Completed", "Note", "Warning", "Defect", "Gone"));
        everyKind().map(event -> event.getClass().getSimpleName()).distinct().forEach(kinds::add);

        assertThat(records(StreamEvent.class).map(Class::getSimpleName)).containsExactlyInAnyOrderElementsOf(kinds);
    }

    private static Stream<Class<?>> records(Class<?> type) {
        return type.isRecord()
                ? Stream.of(type)
                : Arrays.stream(type.getPermittedSubclasses()).flatMap(EventLineTest::records);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "{}",
                "[\"alive\"]",
                "[7]",
                "[\"none of ours\",1]",
                "[\"Cut\"",
                "[\"Cut\"]",
                "[\"Cut\",\"1\"]",
                "[\"Breaker\",\"CLOSED\",\"AJAR\",\"\"]",
                "null"
            })
    void whatIsNoneOfOursIsNotHeard(String line) {
        assertThat(EventLine.decode(line)).isEmpty();
    }

    /** A Job that an earlier version has begun. */
    @Test
    void whatAnEarlierVersionDidNotTellIsNotKnown() {
        assertThat(EventLine.decode("[\"Resumed\",\"1500000000\",\"40\"]"))
                .contains(new LifeEvent.Resumed(Duration.ofMillis(1500), 40, 0));
    }

    @Test
    void theLastWordIsTheParents() {
        assertThat(EventLine.encode(new LifeEvent.Gone())).isEmpty();
    }

    @Test
    void aTextIsBoundedOnBothEnds() {
        String tooLong = "x".repeat(100_000);
        String line =
                EventLine.encode(new SessionEvent.Session("a", "b", tooLong)).orElseThrow();
        assertThat(line).hasSizeLessThan(5_000);
        assertThat(EventLine.decode("[\"Session\",\"a\",\"b\",\"" + tooLong + "\"]"))
                .hasValueSatisfying(event ->
                        assertThat(((SessionEvent.Session) event).reason()).hasSize(4_000));
    }
}
