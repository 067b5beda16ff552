package io.livedub.kubernetes;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import io.vertx.core.Vertx;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.line.LineServer;
import io.livedub.line.ParentSocket;
import io.livedub.line.WordsHeard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.FoundSettings;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;

/** A launcher whose Jobs speak for themselves, over real WebSockets; a Job is played by its end of the line. */
class JobVoiceTest extends JobsOnFakeServer {
    private final Vertx vertx = Vertx.vertx();
    private final List<String> words = new CopyOnWriteArrayList<>();
    private LineServer server;
    /** Chosen once: a serve that begins anew has the same. */
    private int port;

    private ParentSocket job;

    @Override
    KubernetesLauncher launcher() {
        WorkerConfig.Kubernetes plain = authority.config(api.port());
        return new KubernetesLauncher(
                new WorkerConfig.Kubernetes(
                        plain.host(),
                        plain.port(),
                        plain.credentials(),
                        plain.image(),
                        plain.jobTemplate(),
                        plain.owner(),
                        new WorkerConfig.Parent(Optional.of(URI.create("ws://127.0.0.1:1")), 0, Optional.empty())),
                TestSettings.SPANISH,
                clock,
                threads,
                Duration.ofSeconds(20),
                meters);
    }

    @BeforeEach
    void listen() {
        server = new LineServer(vertx, id -> launcher.line(id), clock, 10);
        port = server.start("127.0.0.1", port);
    }

    @AfterEach
    void hangUp() {
        if (job != null) {
            job.close();
        }
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void podIsUp() {
        api.change(its -> its.withObjectProperty("status").put("active", 1).put("ready", 1));
    }

    /** With the token that the launcher has put into the Job. */
    private ParentSocket run(StreamSettings settings) {
        return new ParentSocket(
                vertx,
                URI.create("ws://127.0.0.1:" + port),
                JobTemplate.token(api.only()),
                new StreamId("a"),
                settings,
                new WordsHeard(words::add));
    }

    private RunningStream created() {
        RunningStream stream = launch("a");
        until(() -> api.all().size() == 1);
        return stream;
    }

    private void says(StreamState to, String reason) {
        job.accept(new LifeEvent.Life(StreamState.initial(), to, reason));
    }

    private StreamState state() {
        return board.status().state();
    }

    @Test
    void theStateIsWhatTheStreamSays() {
        RunningStream stream = created();
        podIsUp();
        until(() -> board.status().reason().contains("has a pod that is up"));
        assertThat(state()).as("nothing is on air yet").isEqualTo(new StreamState.Connecting());

        job = run(TestSettings.SPANISH);
        says(new StreamState.Live(), "the first frame");
        until(() -> state() instanceof StreamState.Live);
        assertThat(board.status().reason()).isEqualTo("the first frame");
        job.accept(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.ON_AIR, "published").of("es"));
        until(() -> board.status().first().language().equals("es"));

        says(new StreamState.SourceLost("the publisher is gone"), "the publisher is gone");
        until(() -> state() instanceof StreamState.SourceLost);

        says(new StreamState.Failed("the media server does not answer", ExitCode.NO_SOURCE), "over");
        job.close();
        api.finishes(
                "Failed",
                "PodFailurePolicy",
                "Container worker for pod live/x failed with exit code 3 matching FailJob rule at index 1");
        assertThat(end(stream))
                .isEqualTo(new StreamState.Failed("the media server does not answer", ExitCode.NO_SOURCE));
        assertThat(meters.getMeters()).as("series are gone with the stream").isEmpty();
        assertThat(launcher.line(new StreamId("a"))).isEmpty();
    }

    @Test
    void anotherPodOfTheSameJobIsAnotherBeginning() {
        created();
        podIsUp();
        job = run(TestSettings.SPANISH);
        says(new StreamState.Live(), "the first frame");
        until(() -> state() instanceof StreamState.Live);
        says(new StreamState.Draining("SIGTERM"), "SIGTERM");
        until(() -> state() instanceof StreamState.Draining);
        job.close();

        job = run(TestSettings.SPANISH);
        until(() -> state() instanceof StreamState.Connecting);
        says(new StreamState.Live(), "the first frame");
        until(() -> state() instanceof StreamState.Live);
    }

    @Test
    void aRunningJobIsToldAndAnotherPodIsToldTheSameAgain() {
        RunningStream stream = created();
        job = run(TestSettings.SPANISH);
        until(() -> launcher.line(new StreamId("a")).orElseThrow().speaks());

        StreamSettings more = TestSettings.into("es", "fr");
        assertThat(stream.settings(TestSettings.SPANISH, more)).isEmpty();
        until(() -> words.contains("add fr "));
        assertThat(stream.command(new StreamCommand.SwitchDub(Optional.empty(), false, Optional.empty())))
                .isTrue();
        stream.publisherGone();
        stream.publisherThere();
        until(() -> words.contains("there"));
        assertThat(words).containsExactly("add fr ", "dub-off - ", "gone", "there");

        // The pod was lost, and Kubernetes has made another with the arguments of the Job.
        words.clear();
        job.close();
        job = run(TestSettings.SPANISH);
        until(() -> words.contains("add fr "));
        assertThat(words).containsExactly("add fr ");
    }

    @Test
    void whatIsChangedWhileTheLineIsAwayIsToldWhenItIsBack() {
        RunningStream stream = created();
        assertThat(stream.settings(TestSettings.SPANISH, TestSettings.into("de")))
                .isEmpty();
        assertThat(stream.command(new StreamCommand.SwitchDub(Optional.empty(), false, Optional.empty())))
                .as("nobody hears it")
                .isFalse();
        job = run(TestSettings.SPANISH);
        until(() -> words.size() == 2);
        assertThat(words).containsExactly("add de ", "remove es");
    }

    @Test
    void theNextServeLeavesAStreamItsSettingsAndKnowsWhoSaidThem() {
        RunningStream first = created();
        SettingSources said =
                SettingSources.NONE.withApi(SettingsPatch.ofTargets(List.of(Target.of("es"), Target.of("fr"))));
        first.remember(said);
        job = run(TestSettings.SPANISH);
        until(() -> launcher.line(new StreamId("a")).orElseThrow().speaks());
        first.settings(TestSettings.SPANISH, TestSettings.into("es", "fr"));
        until(() -> words.contains("add fr "));
        words.clear();
        launcher.close();
        server.close();

        launcher = launcher();
        listen();
        launcher.findRunning(found::add);
        until(() -> found.contains(new StreamId("a")));
        RunningStream second = launch("a");

        FoundSettings its = second.found().await().atMost(SOON.multipliedBy(3));
        assertThat(its.settings()).isEqualTo(TestSettings.into("es", "fr"));
        assertThat(its.said()).contains(said);
        assertThat(words).as("nothing of what is on air").isEmpty();
        second.settings(TestSettings.into("es", "fr"), TestSettings.SPANISH);
        until(() -> words.contains("remove fr"));
    }

    @Test
    void aTokenIsOfOneJobAndNoOther() {
        created();
        String token = JobTemplate.token(api.only());
        assertThat(token).hasSizeGreaterThan(40);
        api.vanish(true);
        until(() -> launcher.line(new StreamId("a")).isEmpty());
        created();
        assertThat(JobTemplate.token(api.only())).isNotEqualTo(token);
    }
}
