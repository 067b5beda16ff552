package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** Dubbing. A part of {@link Settings}. */
public interface StsVariables {
    @Variable(
            allowed = "http(s)://host:port or ws(s)://host:port",
            meaning = "the STS service; required unless the mode is passthrough")
    @WithName("sts-service-url")
    Optional<String> serviceUrl();

    @Variable(
            allowed = "1…4096 visible ASCII characters without blanks",
            meaning = "sent as a bearer token when set; never printed")
    @WithName("sts-api-key")
    Optional<String> apiKey();

    @Variable(allowed = "a file", meaning = "holds WORKER_STS_API_KEY, so that it is not in the environment")
    @WithName("sts-api-key-file")
    Optional<String> apiKeyFile();

    @Variable(
            fallback = VariableDefaults.STS_TIMEOUT_MS,
            allowed = VariableRanges.STS_TIMEOUT_MS,
            meaning = "longest wait for one fragment's result, from sending")
    @WithName("sts-timeout-ms")
    Optional<String> timeoutMs();

    @Variable(
            fallback = VariableDefaults.STS_MAX_RETRIES,
            allowed = VariableRanges.STS_MAX_RETRIES,
            meaning = "resends of one fragment, while its deadline allows")
    @WithName("sts-max-retries")
    Optional<String> maxRetries();

    @Variable(
            fallback = VariableDefaults.STS_MAX_INFLIGHT,
            allowed = VariableRanges.STS_MAX_INFLIGHT,
            meaning = "fragments in flight that `stream:init` asks for")
    @WithName("sts-max-inflight")
    Optional<String> maxInflight();

    @Variable(
            fallback = "exit (run), original (serve)",
            allowed = "exit or original",
            meaning = "after five failed reconnects: end the stream, or stay on air with original audio and try"
                    + " every 32 s")
    @WithName("sts-loss")
    Optional<String> loss();

    @Variable(
            fallback = VariableDefaults.STS_PAUSE_PROBE_MS,
            allowed = VariableRanges.STS_PAUSE_PROBE_MS,
            meaning = "a `pause` that STS never clears ends by itself after this long: one probe fragment is sent")
    @WithName("sts-pause-probe-ms")
    Optional<String> pauseProbeMs();

    @Variable(
            fallback = VariableDefaults.STS_MODE,
            allowed = "enabled, passthrough or disabled (the same as passthrough)",
            meaning = "whether audio is dubbed")
    @WithName("sts-mode")
    Optional<String> mode();
}
