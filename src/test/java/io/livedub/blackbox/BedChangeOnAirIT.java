package io.livedub.blackbox;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.DubbedServe;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.ServeProcess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * A bed that the API switches on and off while a stream is on air. The echo answers with the M4A that it was sent, so that without a bed what
 * airs must be that file's frames, byte for byte; and with the original at 0 dB under that dub all is 6 dB louder.
 */
class BedChangeOnAirIT {
    private static final String ID = "bed";
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final double HZ = 750;
    private static final double PEAK_DB = 20 * Math.log10(0.2);
    /** RTMP time stamp of output time 0 (docs: languages, "Captions"). */
    private static final long ZERO_MS = 2100;
    /** A segment begins at the AAC frame that is nearest to its time. */
    private static final double FRAME_MS = 1024 / 48.0;

    private static final int SEGMENT_MS = 1000;

    @TempDir
    Path folder;

    private ServeProcess serve;

    private JsonNode language() {
        return ServeProcess.json(serve.get("/v1/streams/" + ID))
                .path("languages")
                .path(0);
    }

    private void awaitDubbed(long more) {
        long before = language().path("dubbed").asLong();
        Awaitility.await("segments are dubbed\n" + serve.worker().said())
                .atMost(SOON)
                .until(() -> language().path("dubbed").asLong() >= before + more);
    }

    /** Output time from which it is heard, ms. */
    private long patched(String body) {
        HttpResponse<String> answer = serve.send(
                serve.request("/v1/streams/" + ID).method("PATCH", HttpRequest.BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode from = ServeProcess.json(answer).path("from_output_ms");
        assertThat(from.isIntegralNumber()).as(answer.body()).isTrue();
        return from.asLong();
    }

    @Test
    void aBedIsHeardFromTheTimeThatTheAnswerSaysAndWithoutOneEachByteIsTheServices() {
        Path source = Ffmpeg.generate(
                "sine-at-02-60.flv",
                60,
                "testsrc2=size=160x90:rate=25",
                "aevalsrc=0.2*sin(%s*2*PI*t)+0.0001*random(0):s=48000:c=stereo:d=60".formatted(HZ),
                "-g",
                "25",
                "-bf",
                "0",
                "-b:a",
                "128k");
        try (DubbedServe servers = DubbedServe.of(ID)) {
            serve = servers.serve(
                    folder.resolve("segments"),
                    Map.of("WORKER_SEGMENT_DURATION", SEGMENT_MS + "ms", "WORKER_AV_OFFSET_NS", "2500000000"));
            assertThat(serve.start(ID).statusCode()).isEqualTo(201);
            try (LiveReader out = LiveReader.start(servers.url("live/" + ID + "/out"), folder.resolve("out.flv"))) {
                servers.publish("live/" + ID + "/in", source, List.of(), List.of("-c", "copy"));
                out.first(SOON);
                awaitDubbed(2);
                long onMs = patched("{\"bed\": \"constant\", \"bed_db\": 0}");
                awaitDubbed(4);
                long offMs = patched("{\"bed\": \"off\"}");
                awaitDubbed(6);
                assertThat(language().path("fallbacks")).as("fallbacks").isEmpty();
                serve.stop(ID);
                List<Packet> aired = out.toEnd(SOON);

                HeardSound heard = HeardSound.at(out.recording(), aired, ZERO_MS);
                assertThat(offMs - onMs).isGreaterThanOrEqualTo(3000);
                for (double ms = onMs - 2000; ms < onMs - FRAME_MS - 6; ms += 20) {
                    assertThat(heard.levelDb(HZ, ms))
                            .as("before, at %.0f ms", ms)
                            .isCloseTo(PEAK_DB, within(0.5));
                }
                System.out.printf("BedChangeOnAirIT: on from %d ms, off from %d ms%n", onMs, offMs);
                for (double ms = onMs + 2 * FRAME_MS; ms < offMs - FRAME_MS - 6; ms += 20) {
                    if (isNearAJoint(ms - onMs)) {
                        continue;
                    }
                    assertThat(heard.levelDb(HZ, ms))
                            .as("with it, at %.0f ms", ms)
                            .isCloseTo(PEAK_DB + 6, within(0.5));
                }
                for (double ms = offMs + 2 * FRAME_MS + 10; ms < offMs + 2400; ms += 20) {
                    if (isNearAJoint(ms - offMs)) {
                        continue;
                    }
                    assertThat(heard.levelDb(HZ, ms))
                            .as("behind it, at %.0f ms", ms)
                            .isCloseTo(PEAK_DB, within(0.5));
                }
                List<String> own = Packets.audio(Packets.ofFile(source)).stream()
                        .map(Packet::digest)
                        .toList();
                assertThat(digests(aired, 0, onMs - FRAME_MS))
                        .as("without a bed")
                        .hasSizeGreaterThan(150)
                        .isSubsetOf(own);
                assertThat(digests(aired, onMs + FRAME_MS, offMs - FRAME_MS))
                        .as("with one")
                        .hasSizeGreaterThan(100)
                        .doesNotContainAnyElementsOf(own);
                // The first dub without a bed is mixed once more: it goes on from the bed.
                List<String> again = digests(aired, offMs + SEGMENT_MS + FRAME_MS, offMs + 2500);
                assertThat(again).as("without one again").hasSizeGreaterThan(60);
                assertThat(own).containsSubsequence(again);
            }
        }
    }

    /** Each dub is faded at both ends, in 5 ms. */
    private static boolean isNearAJoint(double ms) {
        double beside = Math.abs(ms - Math.round(ms / SEGMENT_MS) * SEGMENT_MS);
        return beside < 2 * FRAME_MS;
    }

    private static List<String> digests(List<Packet> aired, double fromMs, double toMs) {
        return Packets.audio(aired).stream()
                .filter(packet -> packet.ptsMs() - ZERO_MS >= fromMs && packet.ptsMs() - ZERO_MS < toMs)
                .map(Packet::digest)
                .toList();
    }
}
