package io.livedub.blackbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Ports;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * {@code serve --take-over} on one machine, on the ports of the process before. The players of nginx-rtmp stay connected when the publisher
 * changes, so that every frame of both processes is seen. {@code ./dev continuity --take-overs} measures the gaps.
 */
@Tag("in-pairs")
class TakeOverIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    /** Half of one AAC frame of 48 kHz to either side. */
    private static final long ONE_FRAME_MS = 22;

    @TempDir
    Path folder;

    private static NginxRtmp nginx;
    private static Path source;

    @BeforeAll
    static void start() throws IOException {
        nginx = NginxRtmp.start("on", List.of("relayed", "dubbed"), "");
        source = Ffmpeg.small(120);
    }

    @AfterAll
    static void stop() {
        nginx.close();
    }

    @Test
    void aRelayedStreamGoesOnWithTheNextFrame() throws IOException {
        play("relayed", Map.of("WORKER_STS_MODE", "passthrough"));
    }

    @Test
    void aDubbedStreamOfAChildGoesOnWithTheNextFrame() throws IOException {
        try (EchoServer sts = new EchoServer(EchoOptions.defaults()).start()) {
            Map<String, String> more = new HashMap<>(dubbed(sts));
            more.put("WORKER_SPAWN", "process");
            play("dubbed", more);
        }
    }

    private static Map<String, String> dubbed(EchoServer sts) {
        return Map.of(
                "WORKER_STS_MODE", "enabled",
                "WORKER_STS_SERVICE_URL", sts.url(),
                "WORKER_SEGMENT_DURATION", "2s",
                "WORKER_AV_OFFSET_NS", "3000000000");
    }

    private void play(String id, Map<String, String> more) throws IOException {
        Map<String, String> how = new LinkedHashMap<>(Map.of(
                "WORKER_HTTP_HOST",
                "127.0.0.1",
                "WORKER_METRICS_PORT",
                Integer.toString(Ports.free()),
                "MEDIAMTX_RTMP_PORT",
                Integer.toString(nginx.port()),
                "WORKER_SEGMENT_DIR",
                folder.resolve("segments").toString(),
                "MEDIAMTX_HOST",
                "127.0.0.1",
                "LOG_FORMAT",
                "json"));
        how.putAll(more);
        Process publisher = Ffmpeg.publish(source, nginx.url("live/" + id + "/in"));
        try (ServeProcess first = ServeProcess.start(folder.resolve("segments"), how);
                LiveReader reader = LiveReader.startStaying(
                        nginx.url("live/" + id + "/out"), Files.createTempFile(folder, id, ".flv"))) {
            first.start(id);
            airs(reader, 150);
            how.put("WORKER_HTTP_PORT", Integer.toString(URI.create(first.url()).getPort()));
            try (WorkerProcess second = WorkerProcess.start(how, "serve", "--take-over")) {
                assertThat(first.worker().awaitExit(PATIENCE))
                        .as(first.worker().said())
                        .isZero();
                second.awaitLog("streams were taken over", PATIENCE);
                Awaitility.await("the ports are open again")
                        .atMost(PATIENCE)
                        .ignoreExceptions()
                        .until(() -> first.get("/v1/streams/" + id).statusCode() == 200);
                first.awaitState(id, "live", PATIENCE);
                airs(reader, 200);
                judge(reader.packets());
                assertThat(second.said()).doesNotContain("internal error");
            }
        } finally {
            Shell.stop(publisher);
        }
    }

    private static void airs(LiveReader reader, int packets) {
        int seen = reader.packets().size();
        Awaitility.await("it airs")
                .atMost(PATIENCE)
                .until(() -> reader.packets().size() > seen + packets);
    }

    private static void judge(List<Packet> aired) {
        Map<String, Integer> places = new HashMap<>();
        Packets.video(Packets.ofFile(source)).forEach(packet -> places.putIfAbsent(packet.digest(), places.size()));
        List<Packet> video = Packets.video(aired);
        List<Integer> shown = new ArrayList<>();
        video.forEach(packet -> shown.add(places.get(packet.digest())));
        for (int i = 1; i < shown.size(); i++) {
            assertThat(shown.get(i))
                    .as("picture %d behind %d", i, shown.get(i - 1))
                    .isEqualTo(shown.get(i - 1) + 1);
            assertThat(video.get(i).dtsMs()).isGreaterThan(video.get(i - 1).dtsMs());
        }
        List<Packet> audio = Packets.audio(aired);
        for (int i = 1; i < audio.size(); i++) {
            assertThat(audio.get(i).dtsMs() - audio.get(i - 1).dtsMs())
                    .as("step of sound %d", i)
                    .isBetween(1L, 2 * ONE_FRAME_MS);
        }
    }
}
