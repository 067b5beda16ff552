package io.livedub.config;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;

/**
 * Every variable the program reads, as text: the only reader of configuration. Values are checked and given their types by
 * {@link WorkerConfig}, which names the variable, the value and what is allowed; a typed mapping would report the property instead.
 */
@ConfigMapping(prefix = "")
public interface Settings {
    @WithName("mediamtx")
    MediaServerVariables mediaMtx();

    @WithName("worker")
    WorkerVariables worker();

    @WithName("kubernetes")
    KubernetesVariables kubernetes();

    @WithName("log")
    LogVariables log();

    @WithName("otel")
    TraceVariables traces();
}
