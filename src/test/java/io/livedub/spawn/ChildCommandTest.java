package io.livedub.spawn;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.config.DubConfig;
import io.livedub.config.Environment;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** A child has its secrets, and its environment does not. */
class ChildCommandTest {
    private final WorkerConfig config = Environment.read(
            "WORKER_STS_API_KEY", "key-31337",
            "WORKER_HOOK_SECRET", "hook-31337",
            "OTEL_EXPORTER_OTLP_HEADERS", "a=header-31337",
            "WORKER_CHILD_COMMAND", "/bin/false");
    private final ChildCommand command = new ChildCommand(config);

    @Test
    void secretsAreHandedOverAndThatOfTheParentsDoorsIsNot() throws IOException {
        InputStream pipe = new ByteArrayInputStream((command.secrets() + "\ngone\n").getBytes(StandardCharsets.UTF_8));

        Map<String, String> handed = HandedSecrets.read(pipe);

        assertThat(handed)
                .isEqualTo(Map.of("worker.sts-api-key", "key-31337", "otel.exporter.otlp.headers", "a=header-31337"));
        assertThat(new String(pipe.readAllBytes(), StandardCharsets.UTF_8))
                .as("the words behind it are not read")
                .isEqualTo("gone\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stop at once\n", "secrets"})
    void aParentThatIsGoneHandsNothing(String said) throws IOException {
        InputStream pipe = new ByteArrayInputStream(said.getBytes(StandardCharsets.UTF_8));

        assertThat(HandedSecrets.read(pipe)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "WORKER_STS_API_KEY",
                "WORKER_STS_API_KEY_FILE",
                "worker_sts_api_key",
                "worker.sts-api-key",
                "WORKER_HOOK_SECRET",
                "WORKER_HOOK_SECRET_FILE",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "OTEL_EXPORTER_OTLP_HEADERS_FILE"
            })
    void noSpellingOfASecretIsInTheEnvironmentOfAChild(String name) {
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().put(name, "31337");
        builder.environment().put("PATH_FILE", "kept");

        command.clean(builder.environment());

        assertThat(builder.environment()).doesNotContainKey(name).containsKey("PATH_FILE");
    }

    @Test
    void anIdThatLooksLikeAnOptionIsOneWordWithItsOption() {
        StreamSpec spec = StreamSpec.of(config, new StreamId("-Xss"), StreamSpec.Defaults.SERVE);

        assertThat(command.builder(spec).command())
                .containsExactly("/bin/false", "run", "--supervised", "--stream-id=-Xss");
    }

    @Test
    void aChildIsToldWhatItsVariablesDoNotSay() {
        StreamSpec spec = StreamSpec.of(config, new StreamId("x"), StreamSpec.Defaults.SERVE);
        StreamSettings settings = new StreamSettings(
                "de",
                List.of(Target.of("es"), new Target("fr", Optional.of("anna: warm")), Target.of(Target.ORIGINAL)),
                true,
                new DubConfig(new DubSound(Bed.DUCK, -20, true), true),
                true);

        assertThat(command.builder(spec).command())
                .containsExactly("/bin/false", "run", "--supervised", "--stream-id", "x");
        assertThat(command.builder(spec.withSettings(settings)).command())
                .containsExactly(
                        "/bin/false",
                        "run",
                        "--supervised",
                        "--stream-id",
                        "x",
                        "--source-language=de",
                        "--target-language=es,fr:anna: warm,original",
                        "--sts-mode=passthrough",
                        "--segment-cut=pause",
                        "--bed=duck",
                        "--bed-db=-20",
                        "--loudness=match",
                        "--backup=on");
        assertThat(Environment.read(
                                "WORKER_SOURCE_LANGUAGE", "de",
                                "WORKER_TARGET_LANGUAGE", "es,fr:anna: warm,original",
                                "WORKER_STS_MODE", "passthrough",
                                "WORKER_SEGMENT_CUT", "pause",
                                "WORKER_DUB_BED", "duck",
                                "WORKER_DUB_BED_DB", "-20",
                                "WORKER_DUB_LOUDNESS", "match",
                                "WORKER_BACKUP", "on")
                        .streamSettings())
                .as("what the child makes of them")
                .isEqualTo(settings);
    }

    /** The shell that starts a process again keeps its standard input from it: a child would have no secrets, and no parent. */
    @Test
    void theLauncherDoesNotStartAChildAgain() {
        ProcessBuilder builder = new ProcessBuilder();
        builder.environment().put("WORKER_START_AGAIN", "on");

        command.clean(builder.environment());

        assertThat(builder.environment()).doesNotContainKey("WORKER_START_AGAIN");
    }

    @Test
    void aRunIdThatNobodyGaveIsTheChildrensToo() {
        String runId = config.process().runId();
        StreamSpec spec = StreamSpec.of(config, new StreamId("x"), StreamSpec.Defaults.SERVE);

        assertThat(UUID.fromString(runId)).as("made, not given").hasToString(runId);
        assertThat(command.builder(spec).environment()).containsEntry("WORKER_RUN_ID", runId);
    }

    /** A shell plays the child. */
    @Test
    void theFirstWordToAChildIsItsSecrets() {
        List<StreamEvent> news = new CopyOnWriteArrayList<>();
        ChildStream child = new ChildStream(new StreamId("x"), news::add, new VirtualClock(), Duration.ofSeconds(30));
        child.say(command.secrets());
        child.publisherGone();
        ProcessBuilder builder = command.builder(StreamSpec.of(config, new StreamId("x"), StreamSpec.Defaults.SERVE));
        builder.command(
                "sh",
                "-c",
                "read word rest; read then; n=$(tr '\\0' '\\n"
                        + "' </proc/$$/environ | grep -c 31337); echo \"[\\\"Session\\\",\\\"\\\",\\\"$word $then"
                        + " $n\\\",\\\"\\\"]\"");

        child.start(() -> builder);

        child.over().await().atMost(Duration.ofSeconds(10));
        assertThat(news).contains(new SessionEvent.Session("", "secrets gone 0", ""));
    }
}
