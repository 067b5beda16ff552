package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** The process: its doors, its name, its limits. A part of {@link Settings}. */
public interface ProcessVariables {
    @Variable(
            fallback = VariableDefaults.METRICS_PORT,
            allowed = VariableRanges.FREE_PORT,
            meaning = "`/metrics` and health")
    @WithName("metrics-port")
    Optional<String> metricsPort();

    @Variable(fallback = VariableDefaults.HTTP_PORT, allowed = VariableRanges.FREE_PORT, meaning = "hooks, API, pages")
    @WithName("http-port")
    Optional<String> httpPort();

    @Variable(
            fallback = VariableDefaults.LISTEN,
            allowed = "a host name or address",
            meaning =
                    "where hooks, API and pages listen; other than loopback without WORKER_HOOK_SECRET: a warning at the start")
    @WithName("http-host")
    Optional<String> httpHost();

    @Variable(
            fallback = VariableDefaults.LISTEN,
            allowed = "a host name or address",
            meaning = "where metrics and health listen; Prometheus and the kubelet must reach it")
    @WithName("metrics-host")
    Optional<String> metricsHost();

    @Variable(
            fallback = "names and addresses of loopback, and the address that the worker listens on",
            allowed = "host names or addresses without a port, separated by commas",
            meaning = "names in a request's `Host` that are answered when WORKER_HOOK_SECRET is not set; set, it"
                    + " replaces the default")
    @WithName("http-allowed-hosts")
    Optional<String> httpAllowedHosts();

    @Variable(
            fallback = VariableDefaults.SPAWN,
            allowed = "in-process, process or kubernetes",
            meaning = "where `serve` runs a stream: in its own process, in a child of its own for each, or in a"
                    + " Kubernetes Job for each")
    Optional<String> spawn();

    @Variable(
            fallback = "this program",
            allowed = "a program's path",
            meaning = "what is started for each stream when WORKER_SPAWN is `process`; the launcher sets it to"
                    + " itself")
    @WithName("child-command")
    Optional<String> childCommand();

    @Variable(
            allowed = "1…4096 visible ASCII characters without blanks",
            meaning = "when set, hooks and API must present it (bearer); never printed")
    @WithName("hook-secret")
    Optional<String> hookSecret();

    @Variable(allowed = "a file", meaning = "holds WORKER_HOOK_SECRET, so that it is not in the environment")
    @WithName("hook-secret-file")
    Optional<String> hookSecretFile();

    @Variable(
            fallback = VariableDefaults.MAX_STREAMS,
            allowed = VariableRanges.MAX_STREAMS,
            meaning = "most streams of one process")
    @WithName("max-streams")
    Optional<String> maxStreams();

    @Variable(
            fallback = "30000 (`serve`), 7000 (`run`)",
            allowed = VariableRanges.GRACE_MS,
            meaning = "how long a source may be away before the stream has ended")
    @WithName("source-grace-ms")
    Optional<String> sourceGraceMs();

    @Variable(
            fallback = "60000 (`serve`), 0 (`run`)",
            allowed = VariableRanges.GRACE_MS,
            meaning =
                    "how long the output may be lost before publishing has failed; meanwhile it is published again and"
                            + " again")
    @WithName("output-grace-ms")
    Optional<String> outputGraceMs();

    @Variable(
            fallback = "from the instance",
            allowed = "[A-Za-z0-9_-]{1,64}",
            meaning = "`X-Worker-ID` and `worker_id` towards STS")
    @WithName("id")
    Optional<String> id();

    @Variable(
            fallback = "a random UUID",
            allowed = "1…128 printable characters",
            meaning = "in every log line; also `--run-id`")
    @WithName("run-id")
    Optional<String> runId();

    @Variable(
            fallback = "the host name",
            allowed = "1…128 printable characters",
            meaning = "in every log line; also `--instance-id`")
    @WithName("instance-id")
    Optional<String> instanceId();
}
