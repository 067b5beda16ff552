package io.livedub.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.config.ConfigurationException;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is wrong with a place for Jobs is said in one line, before anything is started. */
class KubernetesConfigTest {
    private static final String JOB =
            "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"spec\":{\"template\":{\"spec\":{\"containers\":[%s]}}}}";

    @TempDir
    static Path account;

    @TempDir
    Path folder;

    @BeforeAll
    static void makeAccount() throws Exception {
        new TestAuthority(account);
    }

    private static WorkerConfig.Kubernetes config(
            Optional<String> host, Path credentials, Optional<String> image, Optional<Path> template) {
        return new WorkerConfig.Kubernetes(
                host, 443, credentials, image, template, Optional.empty(), WorkerConfig.Parent.NONE);
    }

    private static void refused(WorkerConfig.Kubernetes config, String... parts) {
        assertThatThrownBy(() -> KubernetesLauncher.check(config))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageMatching("\\V*")
                .hasMessageContainingAll(parts);
    }

    @Test
    void inAPodItIsAccepted() {
        assertThatCode(() -> KubernetesLauncher.check(
                        config(Optional.of("fd00::1"), account, Optional.of("worker:1"), Optional.empty())))
                .doesNotThrowAnyException();
        assertThat(ClusterAccess.of(config(Optional.of("fd00::1"), account, Optional.empty(), Optional.empty()))
                        .server())
                .hasToString("https://[fd00::1]:443");
    }

    @Test
    void outsideAClusterItIsRefused() {
        refused(
                config(Optional.empty(), account, Optional.of("worker:1"), Optional.empty()),
                "WORKER_SPAWN='kubernetes' is not valid",
                "KUBERNETES_SERVICE_HOST is not set");
        refused(
                config(Optional.of("10.0.0.1"), folder, Optional.of("worker:1"), Optional.empty()),
                "WORKER_SPAWN='kubernetes' is not valid",
                "token cannot be read");
    }

    @ParameterizedTest
    @CsvSource({"ca.crt, no certificate", "namespace, Not A Namespace"})
    void anAccountThatIsNoneIsRefused(String file, String content) throws IOException {
        // given
        for (String each : new String[] {"token", "ca.crt", "namespace"}) {
            Files.copy(account.resolve(each), folder.resolve(each));
        }
        Files.writeString(folder.resolve(file), content);
        // then
        refused(config(Optional.of("10.0.0.1"), folder, Optional.of("worker:1"), Optional.empty()), file);
    }

    @Test
    void anImageIsNeededOnce() throws IOException {
        refused(
                config(Optional.of("10.0.0.1"), account, Optional.empty(), Optional.empty()),
                "WORKER_KUBERNETES_IMAGE='' is not valid");
        Path template = folder.resolve("job.json");
        Files.writeString(template, JOB.formatted("{\"image\":\"mine:1\"}"));
        assertThatCode(() -> KubernetesLauncher.check(
                        config(Optional.of("10.0.0.1"), account, Optional.empty(), Optional.of(template))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind: Job", "[]", "{}", "{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\"}", ""})
    void aTemplateThatIsNoJobIsRefused(String content) throws IOException {
        Path template = folder.resolve("job.json");
        Files.writeString(template, content);
        refused(
                config(Optional.of("10.0.0.1"), account, Optional.of("worker:1"), Optional.of(template)),
                "WORKER_KUBERNETES_JOB_TEMPLATE='" + template + "' is not valid");
    }

    @Test
    void aTemplateThatIsNotThereIsRefused() {
        refused(
                config(Optional.of("10.0.0.1"), account, Optional.of("worker:1"), Optional.of(folder.resolve("none"))),
                "it cannot be read");
    }

    @Test
    void ofATemplateOnlyTheStreamsOwnIsReplaced() throws IOException {
        // given
        Path file = folder.resolve("job.json");
        Files.writeString(
                file,
                JOB.formatted(
                        "{\"image\":\"mine:1\",\"args\":[\"serve\"],\"env\":[{\"name\":\"WORKER_SOURCE_GRACE_MS\",\"value\":\"1\"},"
                                + "{\"name\":\"MINE\",\"value\":\"1\"}]}"));
        JobTemplate template = JobTemplate.of(config(Optional.empty(), account, Optional.empty(), Optional.of(file)));
        // when
        String id = "_" + "x".repeat(63);
        JsonNode job = template.job(
                new StreamSpec(
                        new StreamId(id), "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(5)),
                TestSettings.SPANISH,
                Optional.empty(),
                "drawn");
        // then
        JsonNode worker = job.path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .path(0);
        assertThat(worker.path("image").asText()).isEqualTo("mine:1");
        assertThat(worker.path("args").toString()).isEqualTo("[\"run\",\"--stream-id=" + id + "\"]");
        assertThat(worker.path("env").toString())
                .isEqualTo(
                        "[{\"name\":\"MINE\",\"value\":\"1\"},{\"name\":\"WORKER_SOURCE_GRACE_MS\",\"value\":\"5000\"},"
                                + "{\"name\":\"WORKER_STS_LOSS\",\"value\":\"exit\"},"
                                + "{\"name\":\"WORKER_OUTPUT_GRACE_MS\",\"value\":\"0\"}]");
        assertThat(job.path("metadata").path("labels").has(JobView.STREAM_ID))
                .as("too long for a label")
                .isFalse();
        assertThat(job.path("metadata")
                        .path("annotations")
                        .path(JobView.STREAM_ID)
                        .asText())
                .isEqualTo(id);
        assertThat(job.path("metadata").has("ownerReferences")).isFalse();
    }

    /** Kubernetes would put the value of a variable in the place of its name. */
    @Test
    void aJobHasTheSettingsOfItsStreamThatItsVariablesDoNotSay() {
        JobTemplate template =
                JobTemplate.of(config(Optional.empty(), account, Optional.of("worker:1"), Optional.empty()));
        StreamSettings settings = TestSettings.SPANISH.withTargets(
                List.of(Target.of("es"), new Target("fr", Optional.of("$(WORKER_STS_API_KEY)"))));

        JsonNode job = template.job(
                new StreamSpec(new StreamId("a"), "rtmp://h/i", "rtmp://h/o", settings, Duration.ofSeconds(5)),
                TestSettings.SPANISH,
                Optional.empty(),
                "drawn");

        assertThat(job.at("/spec/template/spec/containers/0/args").toString())
                .isEqualTo("[\"run\",\"--stream-id=a\",\"--target-language=es,fr:$$(WORKER_STS_API_KEY)\"]");
    }
}
