package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** {@code KUBERNETES_*}: Kubernetes sets them in every pod. A part of {@link Settings}. */
public interface KubernetesVariables {
    @Variable(
            fallback = "set by Kubernetes",
            allowed = "a host name or address",
            meaning = "the API server, read when WORKER_SPAWN is `kubernetes`")
    @WithName("service-host")
    Optional<String> host();

    @Variable(fallback = "set by Kubernetes (443)", allowed = VariableRanges.PORT, meaning = "its port")
    @WithName("service-port")
    Optional<String> port();
}
