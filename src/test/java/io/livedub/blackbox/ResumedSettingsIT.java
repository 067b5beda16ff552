package io.livedub.blackbox;

import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** A {@code serve} that is killed or restarted: the next one goes on with its stream, and with what the API had said of it. */
class ResumedSettingsIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"in-process, KILL", "process, TERM"})
    void theNextServeGoesOnWithTheSettingsThatTheApiGaveTheStream(String spawn, String signal) throws Exception {
        try (NginxRtmp nginx = NginxRtmp.start("a")) {
            Process publisher = Ffmpeg.publish(
                    Ffmpeg.small(12), nginx.url("live/a/in"), List.of("-stream_loop", "-1"), List.of("-c", "copy"));
            Path segments = folder.resolve("segments");
            Map<String, String> variables = Map.of(
                    "MEDIAMTX_RTMP_PORT",
                    Integer.toString(nginx.port()),
                    "WORKER_SPAWN",
                    spawn,
                    "WORKER_SLATE",
                    "hold");
            try {
                try (ServeProcess serve = ServeProcess.start(segments, variables)) {
                    int answer = serve.send(serve.request("/v1/streams/a")
                                    .PUT(HttpRequest.BodyPublishers.ofString("{\"targets\":[\"es\",\"fr\"]}")))
                            .statusCode();
                    assertThat(answer).isEqualTo(201);
                    // Of a stream that has aired nothing yet there is nothing to go on with.
                    Awaitility.await("both languages are on air")
                            .atMost(SOON)
                            .until(() -> stream(serve).path("languages").findValuesAsText("state").stream()
                                            .filter("on_air"::equals)
                                            .count()
                                    == 2);
                    Path spool = segments.resolve("a/.spool");
                    Awaitility.await("the spool and its settings")
                            .atMost(SOON)
                            .until(() -> Files.exists(spool.resolve("settings"))
                                    && Files.exists(spool.resolve("00000001.spool")));
                    // The slate's variable has reached whoever runs the stream.
                    Awaitility.await("the slate is known")
                            .atMost(SOON)
                            .until(() -> stream(serve).path("slate").isBoolean());
                    serve.worker().signal(signal);
                    serve.worker().awaitExit(SOON);
                }
                try (ServeProcess next = ServeProcess.start(segments, variables)) {
                    // A child logs to standard error.
                    Awaitility.await("the stream goes on")
                            .atMost(SOON)
                            .until(() -> next.worker().said().contains("goes on where another process ended"));
                    next.awaitState("a", "live", SOON);
                    List<String> languages = new ArrayList<>();
                    stream(next)
                            .get("languages")
                            .forEach(each -> languages.add(each.get("language").asText()));
                    assertThat(languages).containsExactly("es", "fr");
                }
            } finally {
                Shell.stop(publisher);
            }
        }
    }

    private static JsonNode stream(ServeProcess serve) {
        return ServeProcess.json(serve.get("/v1/streams/a"));
    }
}
