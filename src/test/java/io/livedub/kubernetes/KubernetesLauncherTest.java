package io.livedub.kubernetes;

import java.time.InstantSource;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.RunningStream;

import static org.assertj.core.api.Assertions.assertThat;

/** The life of a stream in a Job. */
class KubernetesLauncherTest extends JobsOnFakeServer {
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

    @ParameterizedTest
    @CsvSource({"33, false", "34+, false", "35, true", "36+, true", "unknown, false"})
    void aContainerThatWasKilledIsStartedAgainInItsPodWhereTheClusterCan(String minor, boolean restarts) {
        api.isVersion(minor);
        launch("a");
        until(() -> api.all().size() == 1);

        JsonNode pod = api.only().path("spec").path("template").path("spec");
        JsonNode worker = pod.path("containers").path(0);
        assertThat(pod.path("restartPolicy").asText()).isEqualTo("Never");
        assertThat(worker.path("restartPolicyRules").toString())
                .isEqualTo(
                        restarts
                                ? "[{\"action\":\"Restart\",\"exitCodes\":{\"operator\":\"In\","
                                        + "\"values\":[70,71,99,132,133,134,135,136,137,139]}}]"
                                : "");
        assertThat(worker.path("restartPolicy").asText()).isEqualTo(restarts ? "Never" : "");
        // Where it cannot, the container's launcher does it.
        assertThat(worker.path("env").toString().contains("{\"name\":\"WORKER_START_AGAIN\",\"value\":\"on\"}"))
                .isEqualTo(!restarts);
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

    @ParameterizedTest
    @CsvSource({"71, OUT_OF_MEMORY, ran out of memory", "137, INTERNAL, memory limit of its container"})
    void memoryIsNamedWhereItIsTheCause(int code, ExitCode exit, String text) {
        RunningStream stream = onAir("a");
        api.finishes(
                "Failed",
                "PodFailurePolicy",
                "Container worker for pod live/x failed with exit code " + code + " matching FailJob rule at index 1");
        assertThat(end(stream)).isInstanceOfSatisfying(StreamState.Failed.class, failed -> {
            assertThat(failed.reason()).contains(text, String.valueOf(code));
            assertThat(failed.exitCode()).isEqualTo(exit);
        });
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
        until(() -> found.equals(List.of(new StreamId("a"))));
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
        String name = JobTemplate.of(authority.config(1)).nameOf(new StreamId("a"));
        api.put(FakeApiServer.read("{\"metadata\":{\"name\":\"" + name + "\"}}"));
        assertThat(end(launch("a"))).isInstanceOf(StreamState.Failed.class);
        assertThat(api.all()).hasSize(1);
    }

    @Test
    void aPublisherThatAHookTellsOfIsNotLeftToAJobThatWasJustEnding() {
        // given
        onAir("a");
        launcher.close();
        launcher = launcher();
        StreamBoard fresh = new StreamBoard(InstantSource.system());
        // when
        RunningStream stream = launcher.launch(spec("a"), fresh);
        launcher.findRunning(found::add);
        until(() -> fresh.status().state() instanceof StreamState.Live);
        api.finishes("Complete", "CompletionsReached", "");
        // then
        assertThat(end(stream)).isInstanceOf(StreamState.Failed.class);
        assertThat(found).isEmpty();
    }

    @Test
    void aPublisherThatIsGoneDoesNotEndTheJobWhoseBackupMayBeOnAir() {
        // given
        RunningStream stream = onAir("a");
        // when
        stream.publisherGone();
        // then: what is asked of the API server is asked in order, so that the next change comes behind a deletion.
        api.change(job -> job.withObjectProperty("status").put("ready", 0));
        until(() -> board.status().state() instanceof StreamState.Connecting);
        assertThat(api.only().path("metadata").has("deletionTimestamp")).isFalse();
        api.finishes("Failed", "PodFailurePolicy", "Container worker failed with exit code 5 matching FailJob rule");
        assertThat(end(stream)).isInstanceOf(StreamState.Failed.class);
    }
}
