package io.livedub.docs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** The bill of materials that the build wrote is CycloneDX, names what is shipped, and holds against the list of advisories. */
class BillOfMaterialsIT {
    @Test
    void itNamesWhatIsShipped() throws IOException {
        JsonNode bom =
                new ObjectMapper().readTree(Shell.target().resolve("bom.json").toFile());
        Map<String, String> versions = new HashMap<>();
        for (JsonNode component : bom.get("components")) {
            versions.put(
                    component.get("group").asText() + ":"
                            + component.get("name").asText(),
                    component.get("version").asText());
        }

        assertThat(bom.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(versions)
                .containsKeys(
                        "io.quarkus:quarkus-rest-jackson",
                        "io.vertx:vertx-core",
                        "io.netty:netty-codec-http",
                        "org.freedesktop.gstreamer:gst1-java-core",
                        "com.squareup.okhttp3:okhttp-jvm")
                .doesNotContainKey("org.assertj:assertj-core");
        assertThat(Advisories.complaints(Advisories.all(), versions)).isEmpty();
    }
}
