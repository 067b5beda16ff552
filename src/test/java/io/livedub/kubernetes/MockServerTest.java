package io.livedub.kubernetes;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.support.RealClock;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same calls against fabric8's mock, which reads and keeps Jobs as Kubernetes' own types. It has watches for fabric8's client only: to
 * ours it is a server that lists and does not let watch, as one without that right is.
 */
class MockServerTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final RealClock clock = new RealClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final KubernetesMockServer mock = new KubernetesMockServer(
            new Context(), new MockWebServer(), new HashMap<>(), new KubernetesCrudDispatcher(List.of()), false);
    private final StreamBoard board = new StreamBoard(InstantSource.system());
    private ApiServer api;
    private KubernetesLauncher launcher;

    @BeforeEach
    void start() throws Exception {
        mock.init();
        Files.writeString(folder.resolve("token"), "any");
        ClusterAccess access = new ClusterAccess(URI.create("http://127.0.0.1:" + mock.getPort()), folder, "live");
        api = new ApiServer(access, threads);
        launcher = new KubernetesLauncher(
                access,
                new WorkerConfig.Kubernetes(
                        Optional.empty(),
                        443,
                        folder,
                        Optional.of("stream-worker:test"),
                        Optional.empty(),
                        Optional.empty(),
                        WorkerConfig.Parent.NONE),
                TestSettings.SPANISH,
                clock,
                threads,
                Duration.ofSeconds(20),
                new SimpleMeterRegistry());
        launcher.findRunning(streamId -> {});
    }

    @AfterEach
    void stop() {
        launcher.close();
        mock.destroy();
        threads.shutdownNow();
        clock.close();
    }

    private static StreamSpec spec(String id) {
        return new StreamSpec(
                new StreamId(id),
                "rtmp://h/live/" + id + "/in",
                "rtmp://h/live/" + id + "/out",
                TestSettings.SPANISH,
                Duration.ofSeconds(30));
    }

    private Optional<Job> job() throws Exception {
        var items = api.listJobs("app.kubernetes.io/component=stream", "").path("items");
        assertThat(items.size()).isLessThanOrEqualTo(1);
        return items.isEmpty()
                ? Optional.empty()
                : Optional.of(new ObjectMapper().convertValue(items.get(0), Job.class));
    }

    @Test
    void twoLaunchesOfOneStreamAreOneJob() throws Exception {
        // when
        launcher.launch(spec("a"), board);
        Awaitility.await().atMost(SOON).until(() -> job().isPresent());
        Job job = job().orElseThrow();
        RunningStream again = launcher.launch(spec("a"), board);
        // then
        Awaitility.await().atMost(SOON).until(() -> board.status().reason().contains("waits for its pod"));
        assertThat(job().orElseThrow().getMetadata().getUid())
                .isEqualTo(job.getMetadata().getUid());
        assertThat(job.getSpec().getTemplate().getSpec().getContainers())
                .singleElement()
                .satisfies(worker -> {
                    assertThat(worker.getImage()).isEqualTo("stream-worker:test");
                    assertThat(worker.getArgs()).containsExactly("run", "--stream-id=a");
                });
        // and: the mock's Jobs are gone at once, which only the next list can tell
        again.stop("by test");
        assertThat(again.over().await().atMost(SOON)).isEqualTo(new StreamState.Ended("by test"));
        assertThat(job()).isEmpty();
    }
}
