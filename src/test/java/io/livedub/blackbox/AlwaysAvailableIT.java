package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.ClosedMediaMtx;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.TestCertificates;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a viewer of MediaMTX sees when the worker is killed and started again five seconds later, with the project's two configurations. The rows
 * that it measured stand in {@code target/always-available-figures.md}, from which docs/always-available.md has them.
 */
@Tag("quiet")
class AlwaysAvailableIT {
    private static final String PLAIN = "mediamtx.yml";
    private static final String ALWAYS = "mediamtx-always-available.yml";
    /** The path that the second configuration names. */
    private static final String ID = "news";

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration AWAY = Duration.ofSeconds(5);

    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static Path source;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        source = Ffmpeg.small(70);
        certificates = TestCertificates.in(folder, "authority");
        Files.deleteIfExists(rows());
    }

    private static Path rows() {
        return Shell.target().resolve("always-available-figures.md");
    }

    @Test
    void theVariantIsTheOtherConfigurationWithOnePathMore() throws IOException {
        Path deploy = Path.of("deploy/mediamtx");
        assertThat(Files.readString(deploy.resolve(ALWAYS)))
                .startsWith(Files.readString(deploy.resolve(PLAIN)).stripTrailing() + "\n\n");
    }

    /** What one viewer got over all its connections. */
    private record Watched(int connections, List<Packet> packets) {}

    @Test
    void withoutItTheViewerIsDisconnectedAndComesBack() throws Exception {
        Watched watched = watch(PLAIN);
        assertThat(watched.connections()).isEqualTo(2);
    }

    @Test
    void withItTheViewerStaysAndSeesAClip() throws Exception {
        Watched watched = watch(ALWAYS);
        assertThat(watched.connections()).isEqualTo(1);
        assertThat(Packets.longestStallMs(Packets.video(watched.packets())))
                .as("longest wait for a picture, ms")
                .isLessThan(AWAY.toMillis());
    }

    private static WorkerProcess work(ClosedMediaMtx server, String configuration) {
        return WorkerProcess.run(ID)
                .passthrough()
                .segments(folder.resolve("segments-" + configuration))
                .env("WORKER_SOURCE_GRACE_MS", "30000")
                .env("MEDIAMTX_HOST", "127.0.0.1")
                .env("MEDIAMTX_RTMP_PORT", Integer.toString(server.rtmpPort()))
                .env("MEDIAMTX_USER", "worker")
                .env("MEDIAMTX_PASS", ClosedMediaMtx.WORKER_PASS)
                .start();
    }

    private static LiveReader view(ClosedMediaMtx server, int number) {
        return LiveReader.start(
                server.url("live/" + ID + "/out", "viewer", ClosedMediaMtx.VIEWER_PASS),
                folder.resolve("viewer-" + number + ".flv"));
    }

    private static Watched watch(String configuration) throws Exception {
        try (ClosedMediaMtx server = ClosedMediaMtx.start(
                Files.createDirectories(folder.resolve("server-" + configuration)), certificates, configuration)) {
            Process publisher = Ffmpeg.publish(
                    source,
                    server.url("live/" + ID + "/in", "publisher", ClosedMediaMtx.PUBLISHER_PASS),
                    List.of(),
                    List.of("-c", "copy"));
            try {
                Awaitility.await("the source").atMost(SOON).until(() -> server.ready("live/" + ID + "/in"));
                return watch(server, configuration);
            } finally {
                Shell.stop(publisher);
            }
        }
    }

    private static Watched watch(ClosedMediaMtx server, String configuration) throws Exception {
        List<Packet> all = new ArrayList<>();
        int connections = 1;
        WorkerProcess worker = work(server, configuration);
        LiveReader viewer = view(server, 1);
        try {
            worker.awaitLog("connecting -> live", SOON);
            awaitPackets(viewer, 300);
            worker.signal("KILL");
            worker.close();
            long killedNs = System.nanoTime();
            Awaitility.await("time without a worker")
                    .atMost(SOON)
                    .until(() -> System.nanoTime() - killedNs >= AWAY.toNanos());
            if (configuration.equals(PLAIN)) {
                all.addAll(viewer.toEnd(SOON));
                viewer.close();
                viewer = view(server, ++connections);
            }
            worker = work(server, configuration);
            worker.awaitLog("goes on where another process ended", SOON);
            awaitPackets(viewer, viewer.packets().size() + 500);
            all.addAll(viewer.packets());
        } finally {
            viewer.close();
            worker.close();
        }
        row(configuration, connections, all);
        return new Watched(connections, all);
    }

    private static void awaitPackets(LiveReader viewer, int number) {
        Awaitility.await(number + " packets at the viewer")
                .atMost(SOON)
                .until(() -> viewer.packets().size() >= number);
    }

    private static void row(String configuration, int connections, List<Packet> all) throws IOException {
        List<Packet> video = Packets.video(all);
        long back = 0;
        for (int i = 1; i < video.size(); i++) {
            back = Math.max(back, video.get(i - 1).dtsMs() - video.get(i).dtsMs());
        }
        String row = String.format(
                Locale.ROOT,
                "| `%s` | %d | %.1f s | %.1f s | %s |%n",
                configuration,
                connections,
                Packets.longestStallMs(video) / 1e3,
                TimeUnit.NANOSECONDS.toMillis(wholePauseNs(all)) / 1e3,
                connections > 1 ? "each connection has its own" : back > 0 ? "yes, by " + back + " ms" : "no");
        System.out.print(row);
        Files.writeString(rows(), row, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** Longest time without anything, picture or sound. */
    private static long wholePauseNs(List<Packet> all) {
        long longest = 0;
        for (int i = 1; i < all.size(); i++) {
            longest = Math.max(longest, all.get(i).arrivalNs() - all.get(i - 1).arrivalNs());
        }
        return longest;
    }
}
