package io.livedub.deploy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** What an API server and an operator would say to the manifests. */
class KubernetesManifestsTest {
    /** ServeJob's DRAIN_MARGIN, and a JVM's own end on a busy node. */
    private static final int ENDS_S = 25 + 8;

    private static final Path SINGLE = Manifests.ROOT.resolve("overlays/single");
    private static final Path PER_STREAM = Manifests.ROOT.resolve("overlays/job-per-stream");

    @Test
    void everyObjectHasTheFieldsOfItsKindAndNoOthers() {
        List<Manifests.Manifest> all = Manifests.all();

        assertThat(all).hasSizeGreaterThan(15);
        all.forEach(Manifests.Manifest::typed);
    }

    @Test
    void aFieldThatIsNoneIsNoticed() {
        JsonNode service =
                Manifests.documents(SINGLE.resolve("service.yaml")).get(0).deepCopy();
        ((com.fasterxml.jackson.databind.node.ObjectNode) service.path("spec")).put("selektor", "x");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Manifests.Manifest(SINGLE, service).typed())
                .withMessageContaining("selektor");
    }

    @Test
    void whatIsHeldCanAirBeforeThePodIsKilled() {
        Map<String, String> config = baseConfiguration();
        long segmentS = Long.parseLong(config.get("WORKER_SEGMENT_DURATION").replace("s", ""));
        long offsetS = Long.parseLong(config.get("WORKER_AV_OFFSET_NS")) / 1_000_000_000;

        for (PodTemplateSpec pod : workers().values()) {
            assertThat(pod.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(segmentS + offsetS + ENDS_S);
        }
    }

    @Test
    void everyPodKeepsToTheRestrictedStandardWithAReadOnlyRoot() {
        Map<String, PodTemplateSpec> pods = Manifests.podTemplates();

        assertThat(pods).hasSize(3);
        pods.forEach((name, pod) -> {
            PodSecurityContext all = pod.getSpec().getSecurityContext();
            assertThat(all.getRunAsNonRoot()).as(name).isTrue();
            assertThat(all.getRunAsUser()).as(name).isPositive();
            assertThat(all.getSeccompProfile().getType()).as(name).isEqualTo("RuntimeDefault");
            assertThat(pod.getSpec().getContainers()).isNotEmpty();
            for (Container container : pod.getSpec().getContainers()) {
                SecurityContext own = container.getSecurityContext();
                assertThat(own.getAllowPrivilegeEscalation()).as(name).isFalse();
                assertThat(own.getReadOnlyRootFilesystem()).as(name).isTrue();
                assertThat(own.getCapabilities().getDrop()).as(name).containsExactly("ALL");
                assertThat(container.getResources().getLimits()).as(name).containsKey("memory");
            }
        });
    }

    @Test
    void aWorkerCanWriteSegmentsAndUnpackJna() {
        workers().forEach((name, pod) -> {
            Map<String, String> mounts = pod.getSpec().getContainers().get(0).getVolumeMounts().stream()
                    .collect(Collectors.toMap(VolumeMount::getMountPath, VolumeMount::getName));
            List<String> empty = pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getEmptyDir() != null)
                    .map(Volume::getName)
                    .toList();

            assertThat(empty)
                    .as(name)
                    .contains(mounts.get("/tmp"), mounts.get(baseConfiguration().get("WORKER_SEGMENT_DIR")));
        });
    }

    /** The kubelet evicts a pod whose emptyDir outgrows its limit, and with it what is on air. */
    @Test
    void whatIsKeptOfTheSegmentsFitsIntoTheirVolume() {
        double keptS = Duration.parse("PT" + baseConfiguration().getOrDefault("WORKER_SEGMENT_RETENTION", "1h"))
                .toSeconds();

        workers().forEach((name, pod) -> {
            Quantity room = pod.getSpec().getVolumes().stream()
                    .filter(volume -> volume.getName().equals("segments"))
                    .map(volume -> volume.getEmptyDir().getSizeLimit())
                    .findFirst()
                    .orElseThrow();
            // Twenty streams as capacity reckons them, or one contribution feed in a Job.
            double mbitPerS = name.contains("single") ? 20 * 6 : 40;

            assertThat(mbitPerS * 1e6 / 8 * keptS)
                    .as(name)
                    .isLessThan(Quantity.getAmountInBytes(room).doubleValue());
        });
    }

    @Test
    void probesAskTheManagementPort() {
        workers().forEach((name, pod) -> {
            Container worker = pod.getSpec().getContainers().get(0);
            Map<String, Integer> ports = worker.getPorts().stream()
                    .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));

            assertThat(ports).as(name).containsEntry("management", 8000);
            probe(worker.getStartupProbe(), "/health/started");
            probe(worker.getLivenessProbe(), "/health/live");
            // A Job's pod is behind no Service: it needs no probe to be ready.
            if (name.contains("single")) {
                // A full pod gets the hooks of its streams and can be updated; only several processes route by room.
                probe(worker.getReadinessProbe(), "/health/started");
            }
        });
    }

    @Test
    void serviceAndBudgetFindThePod() {
        PodTemplateSpec pod = Manifests.only(SINGLE.resolve("deployment.yaml"), Deployment.class)
                .getSpec()
                .getTemplate();
        Service service = Manifests.only(SINGLE.resolve("service.yaml"), Service.class);
        PodDisruptionBudget budget =
                Manifests.only(SINGLE.resolve("poddisruptionbudget.yaml"), PodDisruptionBudget.class);

        assertThat(pod.getMetadata().getLabels())
                .containsAllEntriesOf(service.getSpec().getSelector())
                .containsAllEntriesOf(budget.getSpec().getSelector().getMatchLabels());
    }

    @Test
    void onlyServeMayTalkToTheApiAndOnlyAboutJobsAndItself() {
        List<Manifests.Manifest> roles = Manifests.all().stream()
                .filter(manifest -> manifest.kind().contains("rbac"))
                .toList();
        Role role = Manifests.only(PER_STREAM.resolve("rbac.yaml"), Role.class);

        assertThat(roles).allSatisfy(manifest -> assertThat(manifest.file()).startsWith(PER_STREAM));
        assertThat(role.getRules()).hasSize(2);
        assertThat(role.getRules().get(0)).satisfies(rule -> {
            assertThat(rule.getResources()).containsExactly("jobs");
            assertThat(rule.getVerbs()).containsExactlyInAnyOrder("create", "get", "list", "watch", "delete");
        });
        assertThat(role.getRules().get(1)).satisfies(rule -> {
            assertThat(rule.getResources()).containsExactly("deployments");
            assertThat(rule.getResourceNames()).containsExactly("stream-worker");
            assertThat(rule.getVerbs()).containsExactly("get");
        });
        Manifests.podTemplates().forEach((name, pod) -> assertThat(pod.getSpec().getAutomountServiceAccountToken())
                .as(name)
                .isFalse());
        PodTemplateSpec serve = Manifests.only(PER_STREAM.resolve("serve.yaml"), Deployment.class)
                .getSpec()
                .getTemplate();
        assertThat(serve.getSpec().getAutomountServiceAccountToken()).isTrue();
        assertThat(serve.getSpec().getServiceAccountName()).isEqualTo("stream-launcher");
    }

    /** Ports that a variable can name by the defaults of what is at the other end; a collector and RTMPS are off until somebody names them. */
    @Test
    void theWorkerIsLetOutToAllThatItCanBeTold() {
        NetworkPolicy base = Manifests.only(Manifests.ROOT.resolve("base/networkpolicy.yaml"), NetworkPolicy.class);
        NetworkPolicy launcher = Manifests.only(PER_STREAM.resolve("networkpolicy.yaml"), NetworkPolicy.class);
        List<NetworkPolicyEgressRule> rules = base.getSpec().getEgress();

        assertThat(ports(rules.get(0))).containsOnly(53);
        assertThat(blocks(rules.get(0))).as("NodeLocal DNSCache").containsExactly("169.254.20.10/32");
        assertThat(ports(rules.get(1))).as("the media server").containsExactly(1935, 1936, 9997);
        assertThat(ports(rules.get(2))).as("STS and a collector").containsExactly(80, 443, 8080, 4318);
        for (NetworkPolicyEgressRule anywhere :
                List.of(rules.get(2), launcher.getSpec().getEgress().get(0))) {
            assertThat(blocks(anywhere)).containsExactly("0.0.0.0/0", "::/0");
            assertThat(anywhere.getTo())
                    .as("not to the metadata services of clouds")
                    .allSatisfy(
                            peer -> assertThat(peer.getIpBlock().getExcept()).isNotEmpty());
        }
    }

    private static List<Integer> ports(NetworkPolicyEgressRule rule) {
        return rule.getPorts().stream().map(port -> port.getPort().getIntVal()).toList();
    }

    private static List<String> blocks(NetworkPolicyEgressRule rule) {
        return rule.getTo().stream()
                .filter(peer -> peer.getIpBlock() != null)
                .map(peer -> peer.getIpBlock().getCidr())
                .toList();
    }

    /** The supervisor restarts streams: it knows which exit codes are final. This rule reports every exit code to it. */
    @Test
    void aJobIsNotRepeatedAndTellsEveryExitCode() {
        Job job = Manifests.jobTemplate();

        assertThat(job.getSpec().getBackoffLimit()).isZero();
        assertThat(job.getSpec().getPodFailurePolicy().getRules().get(1)).satisfies(rule -> {
            assertThat(rule.getAction()).isEqualTo("FailJob");
            assertThat(rule.getOnExitCodes().getOperator()).isEqualTo("NotIn");
            assertThat(rule.getOnExitCodes().getValues()).containsExactly(0);
        });
    }

    @Test
    void aJobHasItsSecretsByReference() {
        assertThat(Manifests.jobTemplate()
                        .getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .get(0)
                        .getEnv())
                .isNotEmpty()
                .allSatisfy(variable -> assertThat(variable.getValueFrom()).isNotNull())
                .noneSatisfy(variable -> assertThat(variable.getName()).isEqualTo("WORKER_HOOK_SECRET"));
    }

    private static void probe(Probe probe, String path) {
        assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
    }

    private static Map<String, PodTemplateSpec> workers() {
        Map<String, PodTemplateSpec> pods = Manifests.podTemplates();
        pods.keySet().removeIf(name -> name.contains("mediamtx"));
        assertThat(pods).hasSize(2);
        return pods;
    }

    private static Map<String, String> baseConfiguration() {
        JsonNode kustomization = Manifests.documents(Manifests.ROOT.resolve("base/kustomization.yaml"))
                .get(0);
        List<String> literals = new java.util.ArrayList<>();
        kustomization.path("configMapGenerator").get(0).path("literals").forEach(line -> literals.add(line.asText()));
        return literals.stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }
}
