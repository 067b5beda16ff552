package io.livedub.blackbox;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.DubbedServe;
import io.livedub.support.LiveReader;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** Languages that come and go while a stream is on air, told by the publisher's query and by the API. */
class LanguagesOnAirIT {
    private static final String ID = "air";
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private Path folder;

    private ServeProcess serve;

    @ParameterizedTest
    @ValueSource(strings = "process")
    void aLanguageComesAndGoesAndNoOtherNoticesByAFrame(String spawn) throws IOException {
        try (DubbedServe servers = DubbedServe.of(ID)) {
            serve = servers.serve(
                    folder.resolve("segments"), Map.of("WORKER_SPAWN", spawn, "WORKER_AV_OFFSET_NS", "3000000000"));
            servers.publish(ID);
            String path = "live/" + ID + "/in";
            HttpResponse<String> hook = serve.hook(
                    "ready",
                    "{\"path\":\"%s\",\"sourceType\":\"rtmpConn\",\"sourceId\":\"1\",\"query\":\"user=x&pass=y&targets=es,fr\"}"
                            .formatted(path));
            assertThat(hook.statusCode()).isEqualTo(200);
            awaitLanguage("es", "on_air");
            awaitLanguage("fr", "on_air");
            try (LiveReader out = LiveReader.start(servers.url("live/air/out"), folder.resolve("out.flv"))) {
                out.first(SOON);

                // A language is added, and is seen and heard.
                assertThat(put("languages/de", "{\"voice_profile\": \"anna\"}").statusCode())
                        .isEqualTo(200);
                awaitLanguage("de", "on_air");
                List<Packet> added;
                try (LiveReader german =
                        LiveReader.start(servers.url("live/air/out-de"), folder.resolve("out-de.flv"))) {
                    german.first(SOON);
                    awaitDubbed("de");
                    // On MediaMTX its picture begins with the next keyframe.
                    Awaitility.await("pictures of it")
                            .atMost(SOON)
                            .until(() -> Packets.video(german.packets()).size() > 25);
                    added = german.packets();
                }

                // One is removed.
                assertThat(serve.send(serve.request("/v1/streams/air/languages/fr")
                                        .DELETE())
                                .statusCode())
                        .isEqualTo(202);
                Awaitility.await("fr is gone").atMost(SOON).until(() -> language("fr")
                        .isEmpty());

                // The dub of one is switched off for a while.
                HttpResponse<String> off = put("dub", "{\"on\": false, \"language\": \"es\", \"for_s\": 5}");
                assertThat(off.statusCode()).as(off.body()).isEqualTo(200);
                assertThat(ServeProcess.json(off).path("from_output_ms").asLong())
                        .isPositive();
                Awaitility.await("original sound in es").atMost(SOON).until(() -> operator("es") > 0);
                Awaitility.await("the dub is on again")
                        .atMost(SOON)
                        .until(() -> language("es").orElseThrow().path("dub").asBoolean());
                assertThat(operator("de")).isZero();

                assertThat(serve.send(serve.request("/v1/streams/air/languages/de")
                                        .DELETE())
                                .statusCode())
                        .isEqualTo(202);
                assertThat(serve.send(serve.request("/v1/streams/air/languages/es")
                                        .DELETE())
                                .statusCode())
                        .isEqualTo(409);
                Awaitility.await("de is gone").atMost(SOON).until(() -> language("de")
                        .isEmpty());

                List<Packet> pictures = Packets.video(out.packets());
                // A clock that settles moves the stamps by a millisecond; a picture that is missing moves
                // them by forty.
                assertThat(steps(pictures)).as("ms from picture to picture").allMatch(step -> Math.abs(step - 40) <= 2);
                assertThat(Packets.longestStallMs(pictures)).isLessThan(1_000);
                // The same picture has the same time stamp in both.
                List<Packet> german = Packets.video(added);
                Packet first = german.get(german.size() / 2);
                assertThat(pictures)
                        .filteredOn(packet -> packet.digest().equals(first.digest()))
                        .extracting(Packet::dtsMs)
                        .contains(first.dtsMs());
            }
            assertThat(serve.worker().metrics().sum("worker_fallback_total", "reason", "operator"))
                    .isPositive();
        }
    }

    private static List<Long> steps(List<Packet> pictures) {
        return IntStream.range(1, pictures.size())
                .mapToObj(i -> pictures.get(i).dtsMs() - pictures.get(i - 1).dtsMs())
                .distinct()
                .toList();
    }

    private HttpResponse<String> put(String path, String body) {
        return serve.send(serve.request("/v1/streams/air/" + path).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Optional<JsonNode> language(String language) {
        JsonNode all = ServeProcess.json(serve.get("/v1/streams/air")).path("languages");
        return StreamSupport.stream(all.spliterator(), false)
                .filter(each -> each.path("language").asText().equals(language))
                .findFirst();
    }

    private long operator(String language) {
        return language(language)
                .orElseThrow()
                .path("fallbacks")
                .path("operator")
                .asLong();
    }

    private void awaitLanguage(String language, String state) {
        Awaitility.await(language + " is " + state + "\n" + serve.worker().said())
                .atMost(SOON)
                .until(() -> language(language)
                        .filter(each -> each.path("state").asText().equals(state))
                        .isPresent());
    }

    private void awaitDubbed(String language) {
        Awaitility.await(language + " is dubbed")
                .atMost(SOON)
                .until(() -> language(language).orElseThrow().path("dubbed").asLong() > 1);
    }
}
