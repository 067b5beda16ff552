package io.livedub.stream.chain;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.stream.StreamStatus;
import io.livedub.stream.chain.FaultyEngine.Place;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.StreamListing;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What no stream may do, done at every port of one of three: it costs that stream, that file or that dub, nothing of the others, and is
 * told by log, metric and status, which is what API and console show.
 */
class FaultIsolationTest {
    private static final String VICTIM = "victim";
    private static final List<String> OTHERS = List.of("a", "b");

    @TempDir
    Path folder;

    private final List<String> logged = new ArrayList<>();
    private final Logger log = Logger.getLogger("io.livedub.stream");
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            logged.add(line.getMessage() + (line.getThrown() == null ? "" : " " + line.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        log.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        log.removeHandler(listener);
    }

    private FaultyStreams streams() {
        return new FaultyStreams(folder, List.of("a", VICTIM, "b"));
    }

    static Stream<Throwable> faults() {
        return Stream.of(
                new IllegalStateException("a defect"),
                new OutOfMemoryError("Java heap space"),
                new StackOverflowError("too deep"));
    }

    static Stream<Arguments> whatCostsTheStream() {
        return Stream.of(Place.SOURCE_OPENS, Place.SINK_OPENS, Place.SINK_IS_PUSHED_TO)
                .flatMap(place -> faults().map(fault -> Arguments.of(place, fault)));
    }

    @ParameterizedTest
    @MethodSource("whatCostsTheStream")
    void theStreamIsLostAndStartedAgain(Place place, Throwable fault) {
        // given
        FaultyStreams streams = streams();
        streams.engine(VICTIM).breakAt(place, fault);
        // when
        streams.started().play(8);
        // then
        StreamListing lost = streams.stream(VICTIM);
        assertThat(lost.lastFailure())
                .hasValueSatisfying(
                        why -> assertThat(why).startsWith("internal error: ").contains(fault.getMessage()));
        assertThat(lost.failures()).isPositive();
        String code = String.valueOf(ExitCode.of(fault).code());
        assertThat(streams.metrics().sum("worker_stream_failures_total", "exit_code", code))
                .isEqualTo(lost.failures());
        assertThat(logged)
                .anyMatch(line ->
                        line.startsWith("stream failed, started again in") && line.contains(fault.getMessage()));
        // when
        streams.engine(VICTIM).mend();
        streams.play(20);
        // then
        assertThat(streams.stream(VICTIM).status().state()).isInstanceOf(StreamState.Live.class);
        assertThat(streams.stream(VICTIM).status().first().dubbed()).isPositive();
        othersAreFine(streams);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultWhileItIsOnAirIsToldWithItsStackTrace(Throwable fault) {
        // given
        FaultyStreams streams = streams().started();
        streams.play(8);
        // when
        streams.engine(VICTIM).breakAt(Place.SINK_IS_PUSHED_TO, fault);
        streams.play(1);
        // then
        assertThat(streams.stream(VICTIM).status().state()).isInstanceOf(StreamState.Failed.class);
        assertThat(streams.stream(VICTIM).status().reason()).isEqualTo("internal error: " + fault);
        assertThat(streams.stream(VICTIM).restartIn()).isPresent();
        assertThat(logged).contains("internal error " + fault);
        othersAreFine(streams);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aReaderThatDiesIsALostSourceThatIsOpenedAgain(Throwable fault) {
        // given
        FaultyStreams streams = streams().started();
        streams.play(8);
        // when
        streams.engine(VICTIM).breakAt(Place.SOURCE_READS, fault);
        streams.play(1);
        // then
        assertThat(logged).anyMatch(line -> line.startsWith("source: ") && line.contains(fault.toString()));
        assertThat(streams.stream(VICTIM).status().pipelineErrors()).isEqualTo(1);
        // when
        streams.play(6);
        // then
        assertThat(streams.stream(VICTIM).status().state()).isInstanceOf(StreamState.Live.class);
        assertThat(streams.stream(VICTIM).failures()).isZero();
        othersAreFine(streams);
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFileThatCannotBeMadeIsLostAndTheStreamGoesOn(Throwable fault) {
        // given
        FaultyStreams streams = streams();
        streams.engine(VICTIM).breakAt(Place.VIDEO_IS_WRITTEN, fault);
        // when
        streams.started().play(12);
        // then
        StreamListing victim = streams.stream(VICTIM);
        assertThat(victim.status().first().dubbed())
                .isPositive()
                .isEqualTo(streams.stream("a").status().first().dubbed());
        assertThat(victim.status().filesLost()).isPositive();
        assertThat(streams.metrics().sum("worker_segment_file_errors_total", "stream_id", VICTIM))
                .isEqualTo(victim.status().filesLost());
        assertThat(logged)
                .anyMatch(line -> line.startsWith("segments cannot be written") && line.contains(fault.toString()));
        othersAreFine(streams);
    }

    @ParameterizedTest
    @EnumSource(names = {"DUB_IS_DECODED", "AUDIO_IS_MUXED", "STS_IS_SENT_TO", "STS_IS_CONNECTED_TO"})
    void aDubThatCannotBeMadeIsTheOriginal(Place place) {
        for (Throwable fault : faults().toList()) {
            // given
            FaultyStreams streams = streams();
            streams.engine(VICTIM).breakAt(place, fault);
            // when
            streams.started().play(12);
            // then
            StreamStatus status = streams.stream(VICTIM).status();
            assertThat(status.state()).as("%s at %s", fault, place).isInstanceOf(StreamState.Live.class);
            assertThat(status.first().dubbed()).isZero();
            assertThat(status.first().fallbacks().values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .as("counted, %s at %s: %s", fault, place, status.first().fallbacks())
                    .isPositive();
            othersAreFine(streams);
        }
    }

    @Test
    void oneThatCannotBeMeasuredLeavesTheOthersTheirFigures() {
        // given
        FaultyStreams streams = streams();
        streams.engine("a").breakAt(Place.SINK_IS_MEASURED, new IllegalStateException("a defect"));
        // when
        streams.started().play(10);
        // then
        for (String id : List.of(VICTIM, "b")) {
            assertThat(streams.stream(id).status().first().figure(Figure.LATENCY_NS))
                    .as(id)
                    .isPositive();
        }
    }

    private static void othersAreFine(FaultyStreams streams) {
        for (String id : OTHERS) {
            StreamListing other = streams.stream(id);
            assertThat(other.status().state()).isInstanceOf(StreamState.Live.class);
            assertThat(other.failures()).isZero();
            assertThat(other.lastFailure()).isEmpty();
            assertThat(other.status().first().fallbacks()).isEmpty();
            assertThat(other.status().filesLost()).isZero();
            assertThat(other.status().pipelineErrors()).isZero();
            assertThat(other.status().first().strip()).noneMatch(mark -> mark.fate() == StreamStatus.Fate.ORIGINAL);
        }
    }
}
