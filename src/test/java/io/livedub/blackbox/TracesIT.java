package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.opentelemetry.proto.trace.v1.Span;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.livedub.support.DubbedServe;
import io.livedub.support.LoggedLine;
import io.livedub.support.OtlpReceiver;
import io.livedub.support.Ports;
import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** Traces of the packaged worker, at a collector that reads them strictly, at one that hangs and at none. */
@Execution(ExecutionMode.CONCURRENT)
class TracesIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final OtlpReceiver receiver = new OtlpReceiver();
    private DubbedServe scene;
    private ServeProcess serve;

    @BeforeEach
    void start() {
        scene = DubbedServe.of(Duration.ofMillis(300), "one", "two");
    }

    @AfterEach
    void stop() {
        scene.close();
        receiver.close();
    }

    private void serve(String endpoint, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(variables);
        all.put("WORKER_AV_OFFSET_NS", "4000000000");
        all.put("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint);
        serve = scene.serve(folder.resolve("segments"), all);
    }

    private void publish(String id) {
        scene.publish(id);
        serve.start(id);
    }

    private List<Span> segmentsOf(String id) {
        return receiver.segments().stream()
                .filter(span -> OtlpReceiver.attributes(span).get("streamId").equals(id))
                .toList();
    }

    private void awaitDubbed(String id, int segments) {
        Awaitility.await(id + " is dubbed")
                .atMost(SOON)
                .until(() -> ServeProcess.json(serve.get("/v1/streams/" + id))
                                .path("dubbed")
                                .asInt()
                        >= segments);
    }

    @Test
    void eachSegmentOfEachStreamIsOneTraceFromTheSourceToTheAir() {
        // given
        serve(receiver.endpoint().toString(), Map.of());
        // when
        publish("one");
        publish("two");
        awaitDubbed("one", 4);
        awaitDubbed("two", 4);
        scene.echo()
                .simulate(
                        "{\"outcome\": \"failed\", \"failure\": {\"error_code\": \"MODEL_ERROR\", \"retryable\": false}}");
        Awaitility.await("a trace of an original").atMost(SOON).until(() -> receiver.segments().stream()
                .anyMatch(span -> OtlpReceiver.attributes(span).get("outcome").equals("original")));
        // then
        assertThat(receiver.faults()).isEmpty();
        assertThat(receiver.resource())
                .containsEntry("service.name", "stream-worker")
                .containsKey("service.instance.id");
        for (String id : List.of("one", "two")) {
            List<Span> segments = segmentsOf(id);
            assertThat(segments.stream()
                            .map(span -> OtlpReceiver.attributes(span).get("batch")))
                    .as("each once, of %s", id)
                    .startsWith("0", "1", "2", "3")
                    .doesNotHaveDuplicates();
            segments.stream().limit(4).forEach(this::isADubbedSegment);
        }
        Span original = receiver.segments().stream()
                .filter(span -> OtlpReceiver.attributes(span).get("outcome").equals("original"))
                .findFirst()
                .orElseThrow();
        assertThat(OtlpReceiver.attributes(original)).containsEntry("reason", "failed");
        assertThat(original.getStatus().getMessage()).contains("MODEL_ERROR");
    }

    private void isADubbedSegment(Span root) {
        Map<String, String> attributes = OtlpReceiver.attributes(root);
        Map<String, Span> below = receiver.below(root);
        assertThat(below).containsOnlyKeys("receive", "sts", "fit", "wait");
        assertThat(attributes).containsEntry("outcome", "dubbed");
        assertThat(Long.parseLong(attributes.get("roundTripMs"))).isBetween(300L, 2_000L);
        assertThat(Long.parseLong(attributes.get("deadlineSlackMs"))).isBetween(1_000L, 3_300L);
        // A segment of 2 s, and 4 s until it airs; cut at the keyframe, which is not to the millisecond.
        assertThat(ms(root)).isBetween(5_500L, 6_500L);
        assertThat(ms(below.get("receive"))).isBetween(1_500L, 2_800L);
        assertThat(ms(below.get("sts"))).isBetween(300L, 2_000L);
        assertThat(below.get("wait").getEndTimeUnixNano()).isEqualTo(root.getEndTimeUnixNano());
        // Its number is the fragment's id, by which the log and STS know it.
        List<String> logged = serve.worker().output().stream()
                .map(line -> line.field("fragmentId"))
                .filter(text -> !text.isEmpty())
                .map(text -> text.replace("-", ""))
                .collect(Collectors.toList());
        assertThat(logged).contains(OtlpReceiver.hex(root.getTraceId()));
        assertThat(System.currentTimeMillis() - root.getEndTimeUnixNano() / 1_000_000)
                .isBetween(-100L, 60_000L);
    }

    private static long ms(Span span) {
        return (span.getEndTimeUnixNano() - span.getStartTimeUnixNano()) / 1_000_000;
    }

    @Test
    void aStreamInAProcessOfItsOwnTellsItsOwn() throws IOException {
        // given: no WORKER_RUN_ID, so that the worker makes one
        serve(receiver.endpoint().toString(), Map.of("WORKER_SPAWN", "process"));
        // when
        publish("one");
        awaitDubbed("one", 3);
        String runId = runIdOfTheChild();
        serve.stop("one");
        serve.awaitState("one", "none", SOON);
        // then: what aired last as well, though the process is gone
        assertThat(segmentsOf("one").size()).isGreaterThanOrEqualTo(3).isEqualTo(aired());
        assertThat(receiver.faults()).isEmpty();
        // then: the run has one id, whoever tells of it
        assertThat(UUID.fromString(runId)).hasToString(runId);
        assertThat(receiver.resource()).containsEntry("runId", runId);
        assertThat(serve.worker().output()).isNotEmpty().allMatch(line -> line.field("runId")
                .equals(runId));
        assertThat(serve.worker().errors())
                .as("the log of the child")
                .filteredOn(line -> line.startsWith("{"))
                .isNotEmpty()
                .allMatch(line -> line.contains("\"runId\":\"" + runId + "\""));
    }

    private static String runIdOfTheChild() throws IOException {
        ProcessHandle child = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info()
                        .arguments()
                        .filter(given -> List.of(given).contains("--supervised"))
                        .isPresent())
                .findFirst()
                .orElseThrow();
        String name = "WORKER_RUN_ID=";
        return Stream.of(Files.readString(Path.of("/proc/" + child.pid(), "environ"))
                        .split("\0"))
                .filter(variable -> variable.startsWith(name))
                .map(variable -> variable.substring(name.length()))
                .findFirst()
                .orElseThrow();
    }

    /** By the log; a child's is on standard error. */
    private int aired() {
        return (int) Stream.concat(
                        serve.worker().errors().stream(),
                        serve.worker().output().stream().map(LoggedLine::text))
                .filter(TracesIT::tellsOfAir)
                .count();
    }

    private static boolean tellsOfAir(String line) {
        return line.matches(".*segment \\d+ (is dubbed|airs with).*");
    }

    @Test
    void aCollectorThatHangsOrIsNotThereTouchesNoStream() {
        try (OtlpReceiver hanging = new OtlpReceiver().hanging()) {
            for (String endpoint : List.of(hanging.endpoint().toString(), "http://127.0.0.1:" + Ports.free())) {
                // given
                serve(endpoint, Map.of());
                // when
                publish("one");
                awaitDubbed("one", 5);
                // then
                assertThat(ServeProcess.json(serve.get("/v1/streams/one")).get("fallbacks"))
                        .isEmpty();
                serve.worker().awaitLog("traces cannot be delivered", SOON);
                // when
                serve.worker().signal("TERM");
                // then
                assertThat(serve.worker().awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
                scene.stopPublishers();
                assertThat(serve.worker().output().stream()
                                .filter(line -> line.text().contains("traces cannot be delivered")))
                        .as("said once")
                        .hasSize(1);
            }
            assertThat(hanging.requests()).isPositive();
        }
    }
}
