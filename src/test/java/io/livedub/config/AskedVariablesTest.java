package io.livedub.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import io.livedub.docs.Variables;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

class AskedVariablesTest {
    private final AskedVariables asked = new AskedVariables();

    AskedVariablesTest() {
        WorkerConfig.of(new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(asked)
                .withSources(new EnvConfigSource(Map.of("WORKER_STS_MODE", "passthrough"), 300))
                .withMapping(Settings.class)
                .withMappingIgnore("**")
                .build()
                .getConfigMapping(Settings.class));
    }

    private List<String> unread(String... names) {
        return asked.unread(Stream.of(names).collect(toMap(name -> name, name -> "on")));
    }

    @Test
    void aMistakeInANameIsToldWithTheNameThatIsMeant() {
        assertThat(unread("WORKER_SEGMENT_DURATON", "MEDIAMTX_HOTS", "WORKER_STS_MODE", "PATH"))
                .containsExactly(
                        "MEDIAMTX_HOTS is set and has no effect: there is no such variable. Is MEDIAMTX_HOST meant?",
                        "WORKER_SEGMENT_DURATON is set and has no effect: there is no such variable. Is WORKER_SEGMENT_DURATION meant?");
    }

    @Test
    void anyOtherNameOfTheWorkersIsTold() {
        assertThat(unread("WORKER_STS_URL", "MEDIAMTX_IMAGE"))
                .containsExactly("WORKER_STS_URL is set and has no effect: there is no such variable");
    }

    @Test
    void whatKubernetesAndTheLauncherSetIsNoMistake() {
        assertThat(unread(
                        "WORKER_SERVICE_HOST",
                        "WORKER_SERVICE_PORT_HTTP",
                        "WORKER_PORT_8080_TCP_ADDR",
                        "MEDIAMTX_PORT_1935_TCP_PROTO",
                        "WORKER_COMMAND",
                        "WORKER_JAVA_OPTS"))
                .isEmpty();
        assertThat(asked.unread(Map.of("WORKER_PORT", "tcp://10.0.0.1:8080"))).isEmpty();
    }

    @Test
    void anEnvironmentOfForeignNamesIsToldInAFewLines() {
        Set<String> foreign = new TreeSet<>();
        for (int i = 0; i < 100; i++) {
            foreign.add("WORKER_FOREIGN_" + i);
        }

        assertThat(unread(foreign.toArray(String[]::new))).hasSize(5);
    }

    @Test
    void everyVariableOfTheReferenceIsKnown() {
        assertThat(unread(Variables.names().toArray(String[]::new))).isEmpty();
    }
}
