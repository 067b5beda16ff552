package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.ClosedMediaMtx;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.ServeProcess;
import io.livedub.support.Shell;
import io.livedub.support.TestCertificates;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;

/** The worker at a media server that asks for a login and speaks TLS: MediaMTX with the project's own file. */
class ClosedMediaServerIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static ClosedMediaMtx server;
    private static Path source;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        source = Ffmpeg.small(12);
        certificates = TestCertificates.in(folder, "authority");
        server = ClosedMediaMtx.start(folder, certificates);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    /** Goes on until it is stopped; the server knows its tracks when this returns. */
    private static Process publish(String id) {
        Process publisher = Ffmpeg.publish(
                source,
                server.url("live/" + id + "/in", "publisher", ClosedMediaMtx.PUBLISHER_PASS),
                List.of("-stream_loop", "-1"),
                List.of("-c", "copy"));
        Awaitility.await("the source").atMost(SOON).until(() -> server.ready("live/" + id + "/in"));
        return publisher;
    }

    private static WorkerRun run(String id) {
        return WorkerProcess.run(id)
                .passthrough()
                .segments(folder.resolve(id))
                .env("MEDIAMTX_HOST", "127.0.0.1")
                .env("MEDIAMTX_RTMP_PORT", Integer.toString(server.rtmpPort()))
                .env("MEDIAMTX_USER", "worker")
                .env("MEDIAMTX_PASS", ClosedMediaMtx.WORKER_PASS)
                .env("LOG_LEVEL", "DEBUG");
    }

    private static void saysNoPassword(WorkerProcess worker) {
        // As it is, and as it stands in a URL.
        assertThat(worker.said()).doesNotContain(ClosedMediaMtx.WORKER_PASS, "w0rker");
    }

    @Test
    void sourceAndOutputGoOverTlsWithALogin() throws IOException {
        Process publisher = publish("tls");
        try (WorkerProcess worker = run("tls")
                        .env("MEDIAMTX_HOST", "localhost")
                        .env("MEDIAMTX_RTMP_PORT", Integer.toString(server.rtmpsPort()))
                        .env("MEDIAMTX_RTMP_TLS", "on")
                        .env("MEDIAMTX_CA_FILE", certificates.authority().toString())
                        .start();
                LiveReader viewer = LiveReader.start(
                        server.url("live/tls/out", "viewer", ClosedMediaMtx.VIEWER_PASS), folder.resolve("tls.flv"))) {
            viewer.first(SOON);
            worker.signal("TERM");
            assertThat(worker.awaitExit(SOON)).as(worker.said()).isEqualTo(143);
            List<Packet> seen = Packets.video(viewer.toEnd(SOON));
            List<Packet> pictures = Packets.video(Packets.ofFile(source));
            // The file is sent again and again.
            assertThat(pictures.stream().map(Packet::digest))
                    .as(worker.said())
                    .containsAll(seen.stream().map(Packet::digest).toList());
            saysNoPassword(worker);
        } finally {
            Shell.stop(publisher);
        }
    }

    @Test
    void aWrongPasswordIsSaidAndNotTriedForEver() {
        Process publisher = publish("wrong");
        try (WorkerProcess worker =
                run("wrong").env("MEDIAMTX_PASS", "wrong-password").start()) {
            assertThat(worker.awaitExit(SOON)).as(worker.said()).isEqualTo(3);
            assertThat(worker.said())
                    .contains("does not accept the worker's login", "MEDIAMTX_PASS")
                    .doesNotContain("wrong-password");
        } finally {
            Shell.stop(publisher);
        }
    }

    @Test
    void serveAndItsChildrenLogInAndTheListOfProcessesShowsNothing() throws IOException {
        Process publisher = publish("child");
        try (ServeProcess serve = ServeProcess.start(
                folder.resolve("serve"),
                Map.of(
                        "WORKER_SPAWN",
                        "process",
                        "MEDIAMTX_RTMP_PORT",
                        Integer.toString(server.rtmpPort()),
                        "MEDIAMTX_API_URL",
                        server.apiUrl(),
                        "MEDIAMTX_USER",
                        "worker",
                        "MEDIAMTX_PASS",
                        ClosedMediaMtx.WORKER_PASS))) {
            // Found in the server's list, which the login opens as well.
            serve.awaitState("child", "live", SOON);
            Awaitility.await("the output").atMost(SOON).until(() -> server.ready("live/child/out"));
            assertThat(Shell.run("ps", "-eo", "args").lines().filter(line -> line.contains("--stream-id")))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains("w0rker"));
            assertThat(serve.get("/v1/streams").body()
                            + serve.get("/v1/streams/child").body())
                    .doesNotContain("w0rker", "pass=");
            assertThat(serve.worker().get("/metrics").body()).doesNotContain("w0rker", "pass=");
            saysNoPassword(serve.worker());
        } finally {
            Shell.stop(publisher);
        }
    }
}
