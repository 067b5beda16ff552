package io.livedub.cli;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

import io.livedub.config.ConfigurationException;
import io.livedub.config.Settings;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class JobsTest {
    @Test
    void theSecondSignalEndsServingAtOnce() {
        ServeJob job = new ServeJob(config("passthrough"));

        boolean first = job.stop(143);
        boolean second = job.stop(130);

        assertThat(first).isTrue();
        assertThat(second).as("asked before: the process ends at once").isFalse();
    }

    @Test
    void aSignalBeforeTheStreamWasMadeEndsTheRun() {
        RunJob job = new RunJob(config("passthrough"), new StreamId("test"), new RunJob.Urls(null, null, null), false);

        boolean first = job.stop(130);
        boolean second = job.stop(130);

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

    private static WorkerConfig config(String mode) {
        return WorkerConfig.of(new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(java.util.Map.of("worker.sts-mode", mode), "test", 100))
                .withMapping(Settings.class)
                .withMappingIgnore("**")
                .build()
                .getConfigMapping(Settings.class));
    }
}
