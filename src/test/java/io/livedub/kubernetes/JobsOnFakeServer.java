package io.livedub.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.support.RealClock;
import io.livedub.support.TestSettings;

/** A launcher, and an API server that does what a test says. */
abstract class JobsOnFakeServer {
    static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    static TestAuthority authority;

    final RealClock clock = new RealClock();
    final MeterRegistry meters = new SimpleMeterRegistry();
    final ExecutorService threads = Executors.newFixedThreadPool(4);
    final StreamBoard board = new StreamBoard(InstantSource.system());
    final List<StreamId> found = new CopyOnWriteArrayList<>();
    FakeApiServer api;
    KubernetesLauncher launcher;

    @BeforeAll
    static void makeAuthority() throws Exception {
        authority = new TestAuthority(folder);
    }

    @BeforeEach
    void start() throws Exception {
        authority.token(TestAuthority.TOKEN);
        api = new FakeApiServer(authority);
        launcher = launcher();
        launcher.findRunning(found::add);
        until(() -> api.watches() > 0);
    }

    @AfterEach
    void stop() {
        launcher.close();
        api.close();
        threads.shutdownNow();
        clock.close();
    }

    KubernetesLauncher launcher() {
        return new KubernetesLauncher(
                authority.config(api.port()), TestSettings.SPANISH, clock, threads, Duration.ofSeconds(20), meters);
    }

    RunningStream launch(String id) {
        return launcher.launch(spec(id), board);
    }

    static StreamSpec spec(String id) {
        return new StreamSpec(
                new StreamId(id),
                "rtmp://h/live/" + id + "/in",
                "rtmp://h/live/" + id + "/out",
                TestSettings.SPANISH,
                Duration.ofSeconds(30));
    }

    RunningStream onAir(String id) {
        RunningStream stream = launch(id);
        until(() -> api.all().size() == 1);
        api.change(job -> job.withObjectProperty("status").put("active", 1).put("ready", 1));
        until(() -> board.status().state() instanceof StreamState.Live);
        return stream;
    }

    static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(SOON.multipliedBy(2))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    static StreamState end(RunningStream stream) {
        return stream.over().await().atMost(SOON.multipliedBy(2));
    }

    static boolean isOver(RunningStream stream) {
        return stream.over().subscribeAsCompletionStage().isDone();
    }
}
