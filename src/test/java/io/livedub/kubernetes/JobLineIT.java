package io.livedub.kubernetes;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.DubbedServe;
import io.livedub.support.LiveReader;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Ports;
import io.livedub.support.ServeProcess;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A stream in a Job, as {@code serve} sees it and changes it. The API server only keeps Jobs; what a kubelet would do is done here: the
 * {@code run} of the Job is started with the arguments and variables that {@code serve} has put into it. {@code serve}, {@code run} and the
 * WebSocket between them are real.
 */
class JobLineIT {
    private static final String ID = "job";
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private final int parentPort = Ports.free();
    private FakeApiServer api;
    private DubbedServe servers;
    private ServeProcess serve;
    private WorkerProcess job;

    @BeforeEach
    void start() throws Exception {
        api = new FakeApiServer(new TestAuthority(folder));
        servers = DubbedServe.of(ID);
    }

    @AfterEach
    void stop() {
        if (job != null) {
            job.close();
        }
        servers.close();
        api.close();
    }

    private void serve() {
        serve = servers.serve(
                folder.resolve("segments"),
                Map.of(
                        "WORKER_SPAWN",
                        "kubernetes",
                        "WORKER_AV_OFFSET_NS",
                        "3000000000",
                        "KUBERNETES_SERVICE_HOST",
                        "127.0.0.1",
                        "KUBERNETES_SERVICE_PORT",
                        Integer.toString(api.port()),
                        "WORKER_KUBERNETES_CREDENTIALS",
                        folder.toString(),
                        "WORKER_KUBERNETES_IMAGE",
                        "stream-worker:test",
                        "WORKER_PARENT_URL",
                        "ws://127.0.0.1:" + parentPort,
                        "WORKER_PARENT_PORT",
                        Integer.toString(parentPort)));
    }

    /** What the kubelet does with the Job that is there. */
    private WorkerProcess run() {
        JsonNode container = api.only().at("/spec/template/spec/containers/0");
        Map<String, String> environment = new HashMap<>(Map.of(
                "MEDIAMTX_HOST",
                "127.0.0.1",
                "MEDIAMTX_RTMP_PORT",
                servers.url("x").replaceAll("^rtmp://[^:]+:(\\d+)/.*$", "$1"),
                "WORKER_STS_SERVICE_URL",
                servers.echo().url(),
                "WORKER_SEGMENT_DURATION",
                "2s",
                "WORKER_AV_OFFSET_NS",
                "3000000000",
                "WORKER_SEGMENT_DIR",
                folder.resolve("segments-of-the-job").toString(),
                "WORKER_METRICS_PORT",
                Integer.toString(Ports.free()),
                "LOG_FORMAT",
                "json"));
        container.path("env").forEach(variable -> {
            if (variable.has("value")) {
                environment.put(
                        variable.path("name").asText(), variable.path("value").asText());
            }
        });
        List<String> arguments = new ArrayList<>();
        container.path("args").forEach(argument -> arguments.add(argument.asText()));
        return WorkerProcess.start(environment, arguments.toArray(String[]::new));
    }

    @Test
    void aStreamInAJobIsSeenAndChangedAsOneInTheProcess() throws IOException {
        serve();
        servers.publish(ID);
        hook("1", "targets=es,fr");
        until("there is a Job", () -> api.all().size() == 1);
        job = run();
        api.change(its -> its.withObjectProperty("status").put("active", 1).put("ready", 1));

        // The state is the stream's word, not the cluster's.
        serve.awaitState(ID, "live", SOON);
        assertThat(stream().path("reason").asText()).doesNotContain("pod");
        awaitLanguage("es", "on_air");
        awaitLanguage("fr", "on_air");
        try (LiveReader out = LiveReader.start(servers.url("live/job/out"), folder.resolve("out.flv"))) {
            out.first(SOON);
            until(
                    "dubbed segments, in figures and series",
                    () -> number("es", "dubbed") > 1
                            && serve.worker().metrics().sum("worker_segments_dubbed_total", "language", "fr") > 1);
            assertThat(language("es").orElseThrow().path("strip")).isNotEmpty();
            assertThat(serve.get("/v1/streams/job/captions.vtt").body()).contains("-->");

            // Another publisher with another query.
            hook("2", "targets=es,it");
            awaitLanguage("it", "on_air");
            until("fr is gone", () -> language("fr").isEmpty());

            // The API.
            assertThat(put("languages/de", "{\"voice_profile\": \"anna\"}").statusCode())
                    .isEqualTo(200);
            awaitLanguage("de", "on_air");
            assertThat(delete("languages/it").statusCode()).isEqualTo(202);
            until("it is gone", () -> language("it").isEmpty());
            assertThat(patch("{\"bed\": \"duck\"}").statusCode()).isEqualTo(200);
            job.awaitLog("duck", SOON);

            // The operator's switch.
            HttpResponse<String> off = put("dub", "{\"on\": false, \"language\": \"es\", \"for_s\": 5}");
            assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
            until("original sound in es", () -> operator("es") > 0);
            until(
                    "the dub is on again",
                    () -> language("es").orElseThrow().path("dub").asBoolean());
            assertThat(operator("de")).isZero();

            // serve is killed; the next one finds the stream as it is, its past included, and can change it.
            long dubbed = number("es", "dubbed");
            serve.worker().signal("KILL");
            serve.worker().awaitExit(SOON);
            serve();
            awaitLanguage("de", "on_air");
            until("live again", () -> serve.state(ID).equals("live"));
            until("its past is there", () -> number("es", "dubbed") >= dubbed);
            assertThat(serve.get("/v1/streams/job/captions.vtt").body()).contains("-->");
            until("its settings are known", () -> delete("languages/de").statusCode() == 202);
            until("de is gone", () -> language("de").isEmpty());

            List<Packet> pictures = Packets.video(out.packets());
            assertThat(steps(pictures)).as("ms from picture to picture").allMatch(step -> Math.abs(step - 40) <= 2);
            assertThat(Packets.longestStallMs(pictures)).isLessThan(1_000);
        }

        // The source is lost: the cluster would say "live" for as long as the pod is up.
        servers.stopPublishers();
        serve.awaitState(ID, "source-lost", SOON);

        // Deleted by an operator: the pod drains, and the state is what it says until it has ended.
        assertThat(serve.stop(ID).statusCode()).isBetween(200, 202);
        until("the Job is being deleted", () -> api.only().path("metadata").has("deletionTimestamp"));
        job.signal("TERM");
        job.awaitExit(SOON);
        api.collect();
        serve.awaitState(ID, "none", SOON);
        assertThat(serve.worker().metrics().has("worker_stream_state"))
                .as("series are gone with the stream")
                .isFalse();
    }

    private static List<Long> steps(List<Packet> pictures) {
        return IntStream.range(1, pictures.size())
                .mapToObj(i -> pictures.get(i).dtsMs() - pictures.get(i - 1).dtsMs())
                .distinct()
                .toList();
    }

    private void hook(String source, String query) {
        HttpResponse<String> answer = serve.hook(
                "ready",
                "{\"path\":\"live/job/in\",\"sourceType\":\"rtmpConn\",\"sourceId\":\"%s\",\"query\":\"%s\"}"
                        .formatted(source, query));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    private HttpResponse<String> put(String path, String body) {
        return serve.send(serve.request("/v1/streams/job/" + path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> patch(String body) {
        return serve.send(serve.request("/v1/streams/job").method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> delete(String path) {
        return serve.send(serve.request("/v1/streams/job/" + path).DELETE());
    }

    private JsonNode stream() {
        return ServeProcess.json(serve.get("/v1/streams/job"));
    }

    private Optional<JsonNode> language(String language) {
        return StreamSupport.stream(stream().path("languages").spliterator(), false)
                .filter(each -> each.path("language").asText().equals(language))
                .findFirst();
    }

    private long number(String language, String name) {
        return language(language).map(each -> each.path(name).asLong()).orElse(0L);
    }

    private long operator(String language) {
        return language(language)
                .map(each -> each.path("fallbacks").path("operator").asLong())
                .orElse(0L);
    }

    private void awaitLanguage(String language, String state) {
        until(language + " is " + state, () -> language(language)
                .filter(each -> each.path("state").asText().equals(state))
                .isPresent());
    }

    private void until(String what, Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(100))
                    .until(condition);
        } catch (org.awaitility.core.ConditionTimeoutException late) {
            throw new AssertionError(
                    late.getMessage() + "\nserve:\n" + serve.worker().said() + "\njob:\n"
                            + (job == null ? "" : job.said()),
                    late);
        }
    }
}
