package io.livedub.blackbox;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.livedub.support.DubbedServe;
import io.livedub.support.LiveReader;
import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** The doors while streams come, go and drain, with streams that are really on air. */
@Execution(ExecutionMode.CONCURRENT)
class ServeDrainIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    Path folder;

    private DubbedServe scene;
    private ServeProcess serve;

    @BeforeEach
    void start() {
        scene = DubbedServe.of("one", "late", "storm");
        serve = scene.serve(folder.resolve("segments"), Map.of());
    }

    @AfterEach
    void stop() {
        scene.close();
    }

    @Test
    void whileItDrainsItTakesNothingAndSaysSo() throws Exception {
        // given
        scene.publish("one");
        serve.hook("ready", "one", "1");
        try (LiveReader viewer = LiveReader.start(scene.url("live/one/out"), folder.resolve("out.flv"))) {
            viewer.first(SOON);
            assertThat(serve.worker().get("/health/ready").statusCode()).isEqualTo(200);
            Awaitility.await("its output is counted")
                    .atMost(SOON)
                    .until(() -> serve.worker().metrics().sum("worker_output_frames_total", "track", "video") > 25
                            && serve.worker().metrics().sum("worker_output_bytes_total") > 10_000);
            // when
            serve.worker().signal("TERM");
            serve.awaitState("one", "draining", SOON);
            int seen = viewer.packets().size();
            // then: for as long as what it holds airs, eight seconds of it
            HttpResponse<String> hook = serve.hook("ready", "late", "1");
            assertThat(hook.statusCode()).isEqualTo(503);
            assertThat(ServeProcess.json(hook).get("status").asText()).isEqualTo("shutting_down");
            assertThat(serve.hook("not-ready", "one", "1").statusCode()).isEqualTo(503);
            HttpResponse<String> post =
                    serve.send(serve.request("/v1/streams/late").POST(HttpRequest.BodyPublishers.noBody()));
            assertThat(post.statusCode()).isEqualTo(503);
            assertThat(serve.start("late").statusCode()).isEqualTo(503);
            assertThat(serve.worker().get("/health/ready").statusCode()).isEqualTo(503);
            assertThat(serve.worker().get("/health/live").statusCode()).isEqualTo(200);
            assertThat(serve.worker().metrics().sum("worker_capacity_available"))
                    .isZero();
            JsonNode list = ServeProcess.json(serve.get("/v1/streams"));
            assertThat(list.get("draining").asBoolean()).isTrue();
            assertThat(list.get("has_room").asBoolean()).isFalse();
            assertThat(list.get("streams").findValuesAsText("stream_id")).containsExactly("one");
            // and: it airs to its end
            assertThat(serve.worker().awaitExit(SOON)).isEqualTo(143);
            assertThat(viewer.toEnd(SOON).size()).isGreaterThan(seen + 100);
        }
        // and: the next process begins it, though no hook tells of a publisher that has stayed
        scene.serve(folder.resolve("segments"), Map.of()).awaitState("one", "live", SOON);
    }

    @Test
    void tenStormsOfStartAndStopLeaveOneStreamOnAir() throws Exception {
        // given
        scene.publish("storm");
        // when
        for (int i = 0; i < 10; i++) {
            assertThat(serve.start("storm").statusCode()).isIn(200, 201);
            serve.hook("ready", "storm", Integer.toString(i));
            serve.hook("not-ready", "storm", Integer.toString(i));
            serve.hook("ready", "storm", "r" + i);
            assertThat(serve.stop("storm").statusCode()).isEqualTo(202);
            if (i % 3 == 0) {
                // Some storms pass while it is connecting, others over a stream that has begun.
                Awaitility.await().atMost(SOON).until(() -> !serve.state("storm")
                        .equals("connecting"));
            }
        }
        serve.hook("ready", "storm", "last");
        // then
        try (LiveReader viewer = LiveReader.start(scene.url("live/storm/out"), folder.resolve("storm.flv"))) {
            serve.awaitState("storm", "live", SOON);
            viewer.first(SOON);
        }
        assertThat(serve.streams().findValuesAsText("stream_id")).containsExactly("storm");
        assertThat(ServeProcess.json(serve.get("/v1/streams/storm"))
                        .get("failures")
                        .asInt())
                .isZero();
        assertThat(serve.worker().said()).doesNotContain("internal error");
        // when: and the last one takes everything of it along
        serve.stop("storm");
        serve.awaitState("storm", "none", SOON);
        // then
        assertThat(serve.worker().get("/metrics").body()).doesNotContain("stream_id=\"storm\"");
    }
}
