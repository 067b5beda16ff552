package io.livedub.deploy;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Kubernetes objects under {@code deploy/kubernetes}, as they are written, before Kustomize puts them together. */
final class Manifests {
    static final Path ROOT = Path.of("deploy", "kubernetes");

    private static final Path JOB_TEMPLATE = Path.of("src", "main", "resources", "kubernetes", "job-template.json");

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("v1/ConfigMap", ConfigMap.class),
            Map.entry("v1/Namespace", Namespace.class),
            Map.entry("v1/Secret", Secret.class),
            Map.entry("v1/Service", Service.class),
            Map.entry("v1/ServiceAccount", ServiceAccount.class),
            Map.entry("apps/v1/Deployment", Deployment.class),
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("batch/v1/Job", Job.class),
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("rbac.authorization.k8s.io/v1/Role", Role.class),
            Map.entry("rbac.authorization.k8s.io/v1/RoleBinding", RoleBinding.class),
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class),
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class),
            Map.entry("monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class));

    private static final ObjectMapper JSON = new ObjectMapper();

    /** fabric8's types collect what they do not know; an API server would refuse it, and so does this. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }

                @Override
                public com.fasterxml.jackson.annotation.JsonIgnoreProperties.Value findPropertyIgnoralByName(
                        MapperConfig<?> config, Annotated annotated) {
                    return super.findPropertyIgnoralByName(config, annotated).withoutIgnoreUnknown();
                }
            });

    /** One object of one file. */
    record Manifest(Path file, JsonNode json) {
        String kind() {
            return json.path("apiVersion").asText() + "/" + json.path("kind").asText();
        }

        /** @throws IllegalArgumentException when a field is not one of its kind, or not of that type */
        Object typed() {
            Class<?> type = KINDS.get(kind());
            if (type == null) {
                throw new IllegalArgumentException(file + ": no type for " + kind());
            }
            return STRICT.convertValue(json, type);
        }

        @Override
        public String toString() {
            return file + " " + kind();
        }
    }

    private Manifests() {}

    static List<Manifest> all() {
        List<Manifest> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(Manifests::holdsObjects).sorted().toList()) {
                documents(file).forEach(json -> all.add(new Manifest(file, json)));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return all;
    }

    /** Not Kustomize's own files, nor a patch, nor what is another program's configuration. */
    private static boolean holdsObjects(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".yaml")
                && !List.of("kustomization.yaml", "adapter-rule.yaml", "serve.yaml")
                        .contains(name);
    }

    /** The template of a stream's Job that the program carries. */
    static Job jobTemplate() {
        return (Job) new Manifest(JOB_TEMPLATE, documents(JOB_TEMPLATE).get(0)).typed();
    }

    static List<JsonNode> documents(Path file) {
        // SnakeYAML itself: Jackson's reader gives an alias as the text of its name.
        try (Reader text = Files.newBufferedReader(file)) {
            List<JsonNode> documents = new ArrayList<>();
            new Yaml(new SafeConstructor(new LoaderOptions()))
                    .loadAll(text)
                    .forEach(document -> documents.add(JSON.valueToTree(document)));
            return documents;
        } catch (IOException failure) {
            throw new UncheckedIOException(file.toString(), failure);
        }
    }

    static <T> T only(Path file, Class<T> type) {
        return documents(file).stream()
                .map(json -> new Manifest(file, json).typed())
                .filter(type::isInstance)
                .map(type::cast)
                .findFirst()
                .orElseThrow();
    }

    static Map<String, PodTemplateSpec> podTemplates() {
        Map<String, PodTemplateSpec> templates = new TreeMap<>();
        for (Manifest manifest : all()) {
            if (manifest.typed() instanceof Deployment deployment) {
                templates.put(manifest.toString(), deployment.getSpec().getTemplate());
            }
        }
        templates.put(JOB_TEMPLATE.toString(), jobTemplate().getSpec().getTemplate());
        return templates;
    }
}
