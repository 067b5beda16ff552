package io.livedub.kubernetes;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StreamState;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.support.RealClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Streams in Jobs, against an API server that does what a test says. */
class KubernetesLauncherTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static TestAuthority authority;

    private final RealClock clock = new RealClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final StreamBoard board = new StreamBoard(InstantSource.system());
    private final List<String> found = new CopyOnWriteArrayList<>();
    private FakeApiServer api;
    private KubernetesLauncher launcher;

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

    private KubernetesLauncher launcher() {
        return new KubernetesLauncher(authority.config(api.port()), clock, threads, Duration.ofSeconds(20));
    }

    private RunningStream launch(String id) {
        return launcher.launch(spec(id), board);
    }

    private static StreamSpec spec(String id) {
        return new StreamSpec(
                id, "rtmp://h/live/" + id + "/in", "rtmp://h/live/" + id + "/out", Duration.ofSeconds(30));
    }

    private RunningStream onAir(String id) {
        RunningStream stream = launch(id);
        until(() -> api.all().size() == 1);
        api.change(job -> job.withObjectProperty("status").put("active", 1).put("ready", 1));
        until(() -> board.status().state() instanceof StreamState.Live);
        return stream;
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(SOON.multipliedBy(2))
                .pollInterval(Duration.ofMillis(20))
                .until(condition);
    }

    private static StreamState end(RunningStream stream) {
        return stream.over().await().atMost(SOON.multipliedBy(2));
    }

    private static boolean isOver(RunningStream stream) {
        return stream.over().subscribeAsCompletionStage().isDone();
    }

    @Test
    void aStreamIsAJobWithTheDeploymentForItsOwner() {
        // when
        launch("Stream_1");
        until(() -> api.all().size() == 1);
        // then
        JsonNode job = api.only();
        assertThat(job.path("metadata").path("name").asText()).matches("stream-[0-9a-f]{24}");
        assertThat(job.path("metadata")
                        .path("annotations")
                        .path("stream-worker/stream-id")
                        .asText())
                .isEqualTo("Stream_1");
        assertThat(job.path("metadata")
                        .path("ownerReferences")
                        .path(0)
                        .path("uid")
                        .asText())
                .isEqualTo("the-owner");
        JsonNode worker = job.path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .path(0);
        assertThat(worker.path("image").asText()).isEqualTo("stream-worker:test");
        assertThat(worker.path("args").toString()).isEqualTo("[\"run\",\"--stream-id=Stream_1\"]");
        assertThat(worker.path("env").toString()).contains("{\"name\":\"WORKER_SOURCE_GRACE_MS\",\"value\":\"30000\"}");
    }

    @Test
    void itIsLiveWhenItsPodIsUpAndConnectsAgainWhenThePodIsReplaced() {
        // given
        onAir("a");
        // when
        api.change(job -> job.withObjectProperty("status").put("ready", 0));
        // then
        until(() -> board.status().state() instanceof StreamState.Connecting);
        assertThat(board.status().reason()).contains("waits for its pod");
    }

    @ParameterizedTest
    @CsvSource({"3, NO_SOURCE", "4, UNSUPPORTED_SOURCE", "6, STS_LOST", "139, INTERNAL"})
    void theExitCodeOfThePodIsTheReason(int code, ExitCode exit) {
        // given
        RunningStream stream = onAir("a");
        // when
        api.finishes(
                "Failed",
                "PodFailurePolicy",
                "Container worker for pod live/x failed with exit code " + code + " matching FailJob rule at index 1");
        // then
        assertThat(end(stream))
                .isEqualTo(new StreamState.Failed("the stream's Job ended with exit code " + code, exit));
    }

    @Test
    void whatFailsWithoutAnExitCodeIsToldInKubernetesWords() {
        RunningStream stream = onAir("a");
        api.finishes("Failed", "DeadlineExceeded", "Job was active longer than specified deadline");
        assertThat(end(stream)).isInstanceOfSatisfying(StreamState.Failed.class, failed -> {
            assertThat(failed.reason()).contains("DeadlineExceeded, Job was active longer");
            assertThat(failed.exitCode().isFinal()).isFalse();
        });
    }

    @Test
    void aJobThatCompletesHasEndedInOrder() {
        RunningStream stream = onAir("a");
        api.finishes("Complete", "CompletionsReached", "");
        assertThat(end(stream)).isInstanceOf(StreamState.Ended.class);
    }

    @Test
    void aPublisherThatCameWhileTheJobDrainedGetsAnother() {
        // given
        RunningStream stream = onAir("a");
        stream.publisherGone();
        stream.publisherThere();
        // when
        api.finishes("Complete", "CompletionsReached", "");
        // then
        assertThat(end(stream)).isInstanceOfSatisfying(StreamState.Failed.class, failed -> assertThat(failed.exitCode())
                .isEqualTo(ExitCode.NO_SOURCE));
    }

    @Test
    void toStopIsToDeleteAndItIsOverWhenThePodHasDrained() {
        // given
        RunningStream stream = onAir("a");
        // when
        stream.stop("by test");
        until(() -> api.only().path("metadata").has("deletionTimestamp"));
        // then
        assertThat(board.status().state()).isEqualTo(new StreamState.Draining("by test"));
        assertThat(isOver(stream)).isFalse();
        api.collect();
        assertThat(end(stream)).isEqualTo(new StreamState.Ended("by test"));
    }

    @Test
    void aStopBeforeTheJobIsThereLeavesNone() {
        RunningStream stream = launch("a");
        stream.stop("by test");
        until(() -> isOver(stream)
                || api.all().stream().anyMatch(job -> job.path("metadata").has("deletionTimestamp")));
        if (!isOver(stream)) {
            api.collect();
        }
        assertThat(end(stream)).isEqualTo(new StreamState.Ended("by test"));
        assertThat(api.all()).isEmpty();
    }

    @Test
    void aJobThatSomebodyDeletesIsAFailureThatIsMended() {
        RunningStream stream = onAir("a");
        api.vanish(true);
        assertThat(end(stream)).isInstanceOfSatisfying(StreamState.Failed.class, failed -> assertThat(
                        failed.exitCode().isFinal())
                .isFalse());
    }

    @Test
    void aJobOfThisStreamIsTakenOverNotDoubled() {
        // given
        onAir("a");
        launcher.close();
        // when
        launcher = launcher();
        launcher.findRunning(found::add);
        until(() -> found.equals(List.of("a")));
        StreamBoard fresh = new StreamBoard(InstantSource.system());
        RunningStream stream = launcher.launch(spec("a"), fresh);
        // then
        until(() -> fresh.status().state() instanceof StreamState.Live);
        api.finishes("Complete", "CompletionsReached", "");
        assertThat(end(stream)).isInstanceOf(StreamState.Ended.class);
        assertThat(api.all()).hasSize(1);
    }

    @Test
    void aFinishedPredecessorIsReplacedAndADrainingOneWaitedFor() {
        // given
        RunningStream first = onAir("a");
        api.finishes("Complete", "CompletionsReached", "");
        end(first);
        String old = api.only().path("metadata").path("uid").asText();
        // when
        RunningStream second = launch("a");
        until(() -> api.all().size() == 1
                && !api.only().path("metadata").path("uid").asText().equals(old));
        second.stop("by test");
        until(() -> api.only().path("metadata").has("deletionTimestamp"));
        launch("a");
        until(() -> board.status().reason().contains("until Job"));
        api.collect();
        // then
        until(() -> api.all().size() == 1 && !api.only().path("metadata").has("deletionTimestamp"));
    }

    @Test
    void aJobOfThatNameThatIsAnothersIsLeftAlone() {
        String name = JobTemplate.of(authority.config(1)).nameOf("a");
        api.put(FakeApiServer.read("{\"metadata\":{\"name\":\"" + name + "\"}}"));
        assertThat(end(launch("a"))).isInstanceOf(StreamState.Failed.class);
        assertThat(api.all()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"403, INTERNAL, exceeded quota: jobs", "422, USAGE, Job.batch is invalid: spec"})
    void whatIsRefusedIsToldInTheServersWords(int status, ExitCode exit, String message) {
        api.refuses(status, message);
        assertThat(end(launch("a")))
                .isEqualTo(new StreamState.Failed(
                        "the Kubernetes API server answers %d: %s".formatted(status, message), exit));
    }

    @Test
    void aServerThatIsBusyIsAskedAgain() {
        api.refuses(429, "too many requests");
        api.refuses(503, "apiserver is shutting down");
        launch("a");
        until(() -> board.status().reason().contains("asked again"));
        until(() -> api.all().size() == 1);
    }

    @Test
    void aReplacedTokenIsReadAnew() throws Exception {
        // given
        onAir("a");
        // when
        api.accepts("second-token");
        launch("b");
        until(() -> board.status().reason().contains("401"));
        authority.token("second-token");
        // then
        until(() -> api.all().size() == 2);
    }

    @Test
    void aVersionThatIsTooOldIsFollowedByANewList() {
        // given
        RunningStream stream = onAir("a");
        int before = api.watches();
        // when
        api.forgetVersions();
        until(() -> api.watches() > before);
        api.finishes("Complete", "CompletionsReached", "");
        // then
        assertThat(end(stream)).isInstanceOf(StreamState.Ended.class);
    }

    @Test
    void aServerThatIsAwayTakesNoStreamOffTheAirAndWhatItMissedIsCaughtUp() throws Exception {
        // given
        RunningStream stream = onAir("a");
        assertThat(launcher.trouble()).isEmpty();
        // when
        api.goAway();
        // then
        until(() -> launcher.trouble().isPresent());
        assertThat(board.status().state()).isInstanceOf(StreamState.Live.class);
        // and
        api.vanish(false);
        api.comeBack();
        assertThat(end(stream)).isInstanceOf(StreamState.Failed.class);
        assertThat(launcher.trouble()).isEmpty();
    }
}
