package io.livedub.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The operator's copy of the alert rules is the rules: Kustomize reads no file outside its own folder, so there are two. With
 * {@code -Dprometheus-rule.write=true} it is written instead of compared.
 */
class PrometheusRuleTest {
    private static final Path RULES = Path.of("deploy", "observability", "alerts.yml");
    private static final Path COPY = Manifests.ROOT.resolve("components/monitoring-rules/prometheusrule.yaml");
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));

    @Test
    void theOperatorsRulesAreThese() throws IOException {
        JsonNode rules = Manifests.documents(RULES).get(0);
        if (Boolean.getBoolean("prometheus-rule.write")) {
            Files.writeString(COPY, HEAD + YAML.writeValueAsString(prometheusRule(rules)));
        }

        JsonNode copy = Manifests.documents(COPY).get(0);

        assertThat(copy.path("spec"))
                .as("write it with ./mvnw test -Dtest=PrometheusRuleTest -Dprometheus-rule.write=true")
                .isEqualTo(rules);
    }

    @Test
    void everyAlertHasItsPageInTheRunbook() {
        Manifests.documents(RULES).get(0).path("groups").get(0).path("rules").forEach(rule -> {
            String alert = rule.path("alert").asText();
            Path page = Path.of(rule.path("annotations").path("runbook").asText());

            assertThat(page).as(alert).content().contains(alert);
        });
    }

    private static final String HEAD =
            "# Written from deploy/observability/alerts.yml; a test compares them and says how to write it again.\n";

    private static ObjectNode prometheusRule(JsonNode rules) {
        ObjectNode rule = YAML.createObjectNode();
        rule.put("apiVersion", "monitoring.coreos.com/v1").put("kind", "PrometheusRule");
        rule.putObject("metadata").put("name", "stream-worker");
        rule.set("spec", rules);
        return rule;
    }
}
