package io.livedub.cli;

import java.util.HashMap;
import java.util.Map;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import io.livedub.config.ConfigurationException;
import io.livedub.config.Settings;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.events.StopSignal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JobsTest {
    @Test
    void theSecondSignalEndsServingAtOnce() {
        ServeJob job = new ServeJob(config("passthrough"));

        boolean first = job.stop(StopSignal.SIGTERM);
        boolean second = job.stop(StopSignal.SIGINT);

        assertThat(first).isTrue();
        assertThat(second).as("asked before: the process ends at once").isFalse();
    }

    @Test
    void aSignalBeforeTheStreamWasMadeEndsTheRun() {
        RunJob job = new RunJob(config("passthrough"), new StreamId("test"), new RunJob.Urls(null, null, null), false);

        boolean first = job.stop(StopSignal.SIGINT);
        boolean second = job.stop(StopSignal.SIGINT);

        assertThat(first).isTrue();
        assertThat(second).isFalse();
        assertThat(job.run(config("passthrough"))).isEqualTo(130);
    }

    @Test
    void dubbingWithoutAServiceIsRefused() {
        assertThatThrownBy(() ->
                        new RunJob(config("enabled"), new StreamId("test"), new RunJob.Urls(null, null, null), false))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_STS_SERVICE_URL='' is not valid");
    }

    @Test
    void twoDoorsOfServeWithOneAddressAreRefused() {
        assertThatThrownBy(
                        () -> new ServeJob(config(Map.of("worker.metrics-port", "9000", "worker.http-port", "9000"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_METRICS_PORT='9000' is not valid: WORKER_HTTP_PORT is the same port");
        assertThatThrownBy(() -> new ServeJob(config(Map.of(
                        "worker.spawn", "kubernetes",
                        "worker.parent-url", "ws://serve:9000",
                        "worker.parent-port", "9000",
                        "worker.http-port", "9000"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_PARENT_PORT='9000' is not valid");
        assertThatThrownBy(() -> new ServeJob(config(Map.of(
                        "worker.spawn", "kubernetes",
                        "worker.parent-url", "ws://serve:9000",
                        "worker.parent-port", "9000",
                        "worker.metrics-port", "9000"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_PARENT_PORT='9000' is not valid: WORKER_METRICS_PORT is the same port");
        assertThatCode(() -> new ServeJob(config(Map.of("worker.metrics-port", "0", "worker.http-port", "0"))))
                .doesNotThrowAnyException();
    }

    @Test
    void aTakeOverWithoutSpoolsIsRefused() {
        Map<String, String> values = Map.of("worker.take-over", "on", "worker.spool", "off");

        assertThatThrownBy(() -> new ServeJob(config(values)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("WORKER_TAKE_OVER='on' is not valid with WORKER_SPOOL='off'");
        assertThatThrownBy(() ->
                        new RunJob(config(values), new StreamId("test"), new RunJob.Urls(null, null, null), false))
                .isInstanceOf(ConfigurationException.class);
        assertThatCode(() -> new ServeJob(config(Map.of("worker.take-over", "on"))))
                .doesNotThrowAnyException();
    }

    private static WorkerConfig config(String mode) {
        return config(Map.of("worker.sts-mode", mode));
    }

    private static WorkerConfig config(Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.putIfAbsent("worker.sts-mode", "passthrough");
        return WorkerConfig.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .withMapping(Settings.class)
                .withMappingIgnore("**")
                .build()
                .getConfigMapping(Settings.class));
    }
}
