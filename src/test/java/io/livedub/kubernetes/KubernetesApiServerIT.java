package io.livedub.kubernetes;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.Capacity;
import io.livedub.stream.supervision.SettingStore;
import io.livedub.stream.supervision.StreamListing;
import io.livedub.stream.supervision.StreamRegistry;
import io.livedub.stream.supervision.SupervisionObserver;
import io.livedub.support.RealClock;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Registry and launcher on a real API server, with the account of the overlay {@code job-per-stream} and nothing more. {@code ./dev kube-check}
 * starts one and runs this; without it there is nothing to run against.
 */
class KubernetesApiServerIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final RealClock clock = new RealClock();
    private final ExecutorService threads = Executors.newFixedThreadPool(4);
    private final List<KubernetesLauncher> launchers = new CopyOnWriteArrayList<>();
    private final String id = "It_" + UUID.randomUUID();
    private ClusterAdmin cluster;
    private StreamRegistry registry;
    private String name;

    @BeforeEach
    void serve() {
        cluster = ClusterAdmin.ofEnvironment().orElse(null);
        Assumptions.assumeTrue(cluster != null, "no API server: ./dev kube-check starts one");
        name = JobTemplate.of(cluster.config()).nameOf(new StreamId(id));
        registry = newServe();
    }

    @AfterEach
    void end() {
        launchers.forEach(KubernetesLauncher::close);
        if (cluster != null) {
            cluster.delete(name);
            cluster.podsHaveEnded(name);
        }
        threads.shutdownNow();
        clock.close();
    }

    private StreamRegistry newServe() {
        KubernetesLauncher launcher = new KubernetesLauncher(
                cluster.config(),
                TestSettings.SPANISH,
                clock,
                threads,
                Duration.ofSeconds(37),
                new SimpleMeterRegistry());
        launchers.add(launcher);
        StreamRegistry made = new StreamRegistry(
                launcher,
                new Capacity(1000, () -> true),
                clock,
                InstantSource.system(),
                stream -> new StreamSpec(
                        stream, "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(30)),
                SettingStore.NONE,
                new Unheard());
        launcher.findRunning(stream -> made.ready(stream, ""));
        until(() -> launcher.trouble().isEmpty());
        return made;
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).until(condition);
    }

    private StreamListing stream() {
        return registry.one(new StreamId(id)).orElseThrow();
    }

    private JsonNode created() {
        registry.ready(new StreamId(id), "publisher");
        until(() -> cluster.find(name).isPresent());
        return cluster.find(name).orElseThrow();
    }

    private void live() {
        created();
        until(() -> stream().status().reason().contains("waits for its pod"));
        assertThat(cluster.podIsUp(name).status()).isEqualTo(200);
        until(() -> stream().status().state() instanceof StreamState.Live);
    }

    @Test
    void theJobAndItsPodAreAcceptedUnderTheRestrictedStandard() {
        // given
        JsonNode job = created();
        JsonNode template = job.path("spec").path("template");
        ObjectNode pod =
                new JsonMapper().createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
        pod.putObject("metadata")
                .put("name", name)
                .set("labels", template.path("metadata").path("labels"));
        pod.set("spec", template.path("spec").deepCopy());
        String pods = cluster.inNamespace("api/v1", "pods?dryRun=All");
        // when
        ClusterAdmin.Reply accepted = cluster.asAdmin("POST", pods, pod);
        ((ObjectNode) pod.path("spec").path("containers").path(0).path("securityContext"))
                .put("allowPrivilegeEscalation", true);
        ClusterAdmin.Reply refused = cluster.asAdmin("POST", pods, pod);
        // then
        assertThat(accepted.status()).as("%s", accepted.body()).isEqualTo(201);
        assertThat(refused.status()).as("the standard is enforced here").isEqualTo(403);
        assertThat(refused.body().path("message").asText()).contains("restricted");
    }

    @Test
    void theJobGoesWithTheDeploymentOfServe() {
        JsonNode deployment = cluster.asAdmin(
                        "GET", cluster.inNamespace("apis/apps/v1", "deployments/stream-worker"), null)
                .body();

        JsonNode owner = created().path("metadata").path("ownerReferences").path(0);

        assertThat(owner.path("uid").asText())
                .isNotEmpty()
                .isEqualTo(deployment.path("metadata").path("uid").asText());
    }

    @Test
    void itsEndIsSeen() {
        live();
        assertThat(cluster.completes(name).status()).isEqualTo(200);
        until(() -> registry.one(new StreamId(id)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"3, NO_SOURCE, true", "4, UNSUPPORTED_SOURCE, false"})
    void itsExitCodeDecidesWhetherItIsStartedAgain(int exitCode, ExitCode exit, boolean again) {
        // given
        live();
        String uid =
                cluster.find(name).orElseThrow().path("metadata").path("uid").asText();
        // when
        ClusterAdmin.Reply set = cluster.fails(name, exitCode);
        assertThat(set.status()).as("%s", set.body()).isEqualTo(200);
        // then
        until(() -> stream().lastFailure().isPresent());
        if (again) {
            until(() -> !cluster.find(name)
                    .map(job -> job.path("metadata").path("uid").asText())
                    .orElse(uid)
                    .equals(uid));
        } else {
            assertThat(stream().status().state())
                    .isInstanceOfSatisfying(StreamState.Failed.class, failed -> assertThat(failed.exitCode())
                            .isEqualTo(exit));
            assertThat(stream().restartIn()).isEmpty();
        }
    }

    @Test
    void aJobThatVanishesIsReplaced() {
        // given
        live();
        String uid =
                cluster.find(name).orElseThrow().path("metadata").path("uid").asText();
        // when
        cluster.delete(name);
        // then
        until(() -> cluster.find(name)
                .filter(job -> !job.path("metadata").path("uid").asText().equals(uid))
                .isPresent());
        assertThat(stream().lastFailure())
                .hasValueSatisfying(why -> assertThat(why).contains("deleted by another"));
    }

    @Test
    void toStopIsToDeleteAndTheEndWaitsForThePod() {
        // given
        live();
        // when
        registry.stop(new StreamId(id), "by test");
        until(() -> cluster.find(name)
                .filter(job -> job.path("metadata").has("deletionTimestamp"))
                .isPresent());
        // then
        assertThat(stream().status().state()).isEqualTo(new StreamState.Draining("by test"));
        assertThat(cluster.podsHaveEnded(name).status()).isEqualTo(200);
        until(() -> registry.one(new StreamId(id)).isEmpty());
        assertThat(cluster.find(name)).isEmpty();
    }

    @Test
    void anotherServeTakesTheJobOver() {
        // given
        live();
        String uid =
                cluster.find(name).orElseThrow().path("metadata").path("uid").asText();
        registry.drain(stream -> stream.stop("SIGTERM")).join();
        // when
        registry = newServe();
        // then
        until(() -> registry.one(new StreamId(id))
                .filter(stream -> stream.status().state() instanceof StreamState.Live)
                .isPresent());
        assertThat(cluster.find(name).orElseThrow().path("metadata").path("uid").asText())
                .isEqualTo(uid);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, api/v1, secrets",
        "GET, api/v1, secrets/stream-worker",
        "GET, api/v1, configmaps",
        "GET, api/v1, pods",
        "POST, api/v1, pods",
        "GET, apis/apps/v1, deployments",
        "GET, apis/apps/v1, deployments/mediamtx",
        "DELETE, apis/apps/v1, deployments/stream-worker",
        "DELETE, apis/batch/v1, jobs",
        "POST, apis/batch/v1, cronjobs",
        "POST, apis/rbac.authorization.k8s.io/v1, rolebindings"
    })
    void whatTheRoleDoesNotSayIsForbidden(String method, String group, String resource) {
        JsonNode body = method.equals("GET") ? null : new JsonMapper().createObjectNode();
        ClusterAdmin.Reply reply = cluster.asWorker(method, cluster.inNamespace(group, resource), body);
        assertThat(reply.status()).as("%s", reply.body()).isEqualTo(403);
    }

    @Test
    void aJobOfAnotherNamespaceIsForbidden() {
        assertThat(cluster.asWorker("GET", "/apis/batch/v1/namespaces/default/jobs", null)
                        .status())
                .isEqualTo(403);
    }

    private static final class Unheard implements SupervisionObserver {
        @Override
        public Runnable failed(StreamListing stream, StreamState.Failed failure) {
            return () -> {};
        }

        @Override
        public Runnable refused(StreamId streamId, int limit) {
            return () -> {};
        }

        @Override
        public void removed(StreamId streamId) {}
    }
}
