package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithName;
import io.smallrye.config.WithParentName;

/**
 * Every variable the program reads, as text: the only reader of configuration. Values are checked and given their types by
 * {@link WorkerConfig}, which names the variable, the value and what is allowed; a typed mapping would report the property instead.
 */
@ConfigMapping(prefix = "")
public interface Settings {
    @WithName("mediamtx")
    MediaMtx mediaMtx();

    @WithName("worker")
    Worker worker();

    @WithName("kubernetes")
    Kubernetes kubernetes();

    @WithName("log")
    Log log();

    @WithName("otel")
    Traces traces();

    /** {@code MEDIAMTX_*}: the media server. */
    interface MediaMtx {
        @Variable(fallback = "localhost", allowed = "a host name or address", meaning = "media server")
        Optional<String> host();

        @Variable(fallback = "1935", allowed = "1…65535", meaning = "RTMP port of the media server, in and out")
        @WithName("rtmp-port")
        Optional<String> rtmpPort();

        @Variable(
                fallback = "off",
                allowed = "on or off",
                meaning = "speak RTMP over TLS (`rtmps`), in and out, on MEDIAMTX_RTMP_PORT")
        @WithName("rtmp-tls")
        Optional<String> rtmpTls();

        @Variable(
                fallback = "the system's authorities",
                allowed = "a file of certificates in PEM form",
                meaning =
                        "the authorities that may have signed the media server's certificate, for `rtmps` and an https"
                                + " MEDIAMTX_API_URL; no others are then trusted")
        @WithName("ca-file")
        Optional<String> caFile();

        @Variable(
                allowed = "1…128 visible ASCII characters without blanks and colons",
                meaning =
                        "login at the media server, with MEDIAMTX_PASS: reading, publishing and the control API; never"
                                + " printed as part of a URL")
        Optional<String> user();

        @Variable(
                allowed = "visible ASCII characters without blanks",
                meaning = "password of MEDIAMTX_USER; never printed")
        Optional<String> pass();

        @Variable(allowed = "a file", meaning = "holds MEDIAMTX_PASS, so that it is not in the environment")
        @WithName("pass-file")
        Optional<String> passFile();

        @Variable(
                fallback = "live",
                allowed = "[A-Za-z0-9_-]{1,64}",
                meaning = "first part of the path: `{app}/{id}/in`, `{app}/{id}/out`")
        @WithName("app-path")
        Optional<String> appPath();

        @Variable(
                allowed = "http(s)://host:port",
                meaning = "control API, to find streams that became ready while `serve` was away")
        @WithName("api-url")
        Optional<String> apiUrl();

        @Variable(
                allowed = "http(s)://host:port",
                meaning = "HLS pages of the media server as a viewer's browser reaches them: the console shows a player"
                        + " of them")
        @WithName("hls-url")
        Optional<String> hlsUrl();

        @Variable(
                allowed = "not read",
                meaning = "no longer used: the input is RTMP; when set, one warning says so (its default was 8554)")
        @WithName("rtsp-port")
        Optional<String> rtspPort();
    }

    /** {@code WORKER_*}. */
    interface Worker {
        @WithParentName
        Sts sts();

        @WithParentName
        LanguageVariables languages();

        @WithParentName
        Dub dub();

        @WithParentName
        Segments segments();

        @WithParentName
        Process process();

        @WithParentName
        Jobs jobs();
    }

    /** How a dub sounds. */
    interface Dub {
        @Variable(
                fallback = "off",
                allowed = "off, duck, constant or stem",
                meaning = "what is heard under the dub: nothing, the original turned down while the dub speaks, the"
                        + " original turned down throughout, or the background that STS sends")
        @WithName("dub-bed")
        Optional<String> bed();

        @Variable(
                fallback = "-14",
                allowed = "-40…0 (dB)",
                meaning = "level of the original under the dub, for `duck` and `constant`")
        @WithName("dub-bed-db")
        Optional<String> bedDb();

        @Variable(
                fallback = "off",
                allowed = "off or match",
                meaning = "`match`: the dub is brought to the loudness of the original speech of the last minute, by at"
                        + " most 12 dB")
        @WithName("dub-loudness")
        Optional<String> loudness();

        @Variable(
                fallback = "fixed",
                allowed = "fixed or pause",
                meaning =
                        "`pause`: a segment ends at the quietest place of its last third, so that fewer words are cut")
        @WithName("segment-cut")
        Optional<String> cut();
    }

    /** Dubbing. */
    interface Sts {
        @Variable(
                allowed = "http(s)://host:port or ws(s)://host:port",
                meaning = "the STS service; required unless the mode is passthrough")
        @WithName("sts-service-url")
        Optional<String> serviceUrl();

        @Variable(
                allowed = "visible ASCII characters without blanks",
                meaning = "sent as a bearer token when set; never printed")
        @WithName("sts-api-key")
        Optional<String> apiKey();

        @Variable(allowed = "a file", meaning = "holds WORKER_STS_API_KEY, so that it is not in the environment")
        @WithName("sts-api-key-file")
        Optional<String> apiKeyFile();

        @Variable(
                fallback = "8000",
                allowed = "1000…30000 (ms)",
                meaning = "longest wait for one fragment's result, from sending")
        @WithName("sts-timeout-ms")
        Optional<String> timeoutMs();

        @Variable(fallback = "2", allowed = "0…10", meaning = "resends of one fragment, while its deadline allows")
        @WithName("sts-max-retries")
        Optional<String> maxRetries();

        @Variable(fallback = "3", allowed = "1…10", meaning = "fragments in flight that `stream:init` asks for")
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
                fallback = "30000",
                allowed = "1000…600000 (ms)",
                meaning = "a `pause` that STS never clears ends by itself after this long: one probe fragment is sent")
        @WithName("sts-pause-probe-ms")
        Optional<String> pauseProbeMs();

        @Variable(
                fallback = "enabled",
                allowed = "enabled, passthrough or disabled (the same as passthrough)",
                meaning = "whether audio is dubbed")
        @WithName("sts-mode")
        Optional<String> mode();
    }

    /** Segments, their files, and when they air. */
    interface Segments {
        @Variable(fallback = "6s", allowed = "1…30 s, written 6, 6s or 6000ms", meaning = "length of a segment")
        @WithName("segment-duration")
        Optional<String> duration();

        @Variable(
                allowed = "1000…30000 (ms)",
                meaning = "older name; used when WORKER_SEGMENT_DURATION is not set; warns")
        @WithName("fragment-target-dur")
        Optional<String> fragmentTargetDur();

        @Variable(fallback = "{system temp}/segments", allowed = "a folder", meaning = "where segments are written")
        @WithName("segment-dir")
        Optional<String> dir();

        @Variable(
                fallback = "1h",
                allowed = "0 (keep all) or a duration such as 90s, 30m, 1h, 2d",
                meaning = "older segments are deleted")
        @WithName("segment-retention")
        Optional<String> retention();

        @Variable(
                fallback = "1GiB",
                allowed = "a size such as 0, 500MiB, 1GiB",
                meaning = "free disk below this: oldest segments are deleted first, with a warning")
        @WithName("segment-min-free")
        Optional<String> minFree();

        @Variable(
                fallback = "6000000000",
                allowed = "0…60000000000 (ns) or auto",
                meaning = "how long after a segment is complete it airs: the budget that STS has; `auto` follows the"
                        + " measured round trip")
        @WithName("av-offset-ns")
        Optional<String> avOffsetNs();

        @Variable(
                fallback = "on",
                allowed = "on, off",
                meaning =
                        "what has arrived and not aired is kept in `{WORKER_SEGMENT_DIR}/{stream_id}/.spool`: a process"
                                + " that is started after a crash goes on with it ([spool](spool.md))")
        @WithName("spool")
        Optional<String> spool();

        @Variable(
                fallback = "60s",
                allowed = "0…1 h, written 60, 60s or 60000ms",
                meaning = "a spool that is older is left alone")
        @WithName("resume-max-age")
        Optional<String> resumeMaxAge();
    }

    /** The process: its doors, its name, its limits. */
    interface Process {
        @Variable(fallback = "8000", allowed = "0…65535 (0: any free port)", meaning = "`/metrics` and health")
        @WithName("metrics-port")
        Optional<String> metricsPort();

        @Variable(fallback = "8080", allowed = "0…65535 (0: any free port)", meaning = "hooks, API, pages")
        @WithName("http-port")
        Optional<String> httpPort();

        @Variable(
                fallback = "0.0.0.0",
                allowed = "a host name or address",
                meaning = "where hooks, API and pages listen; beyond loopback without WORKER_HOOK_SECRET warns")
        @WithName("http-host")
        Optional<String> httpHost();

        @Variable(
                fallback = "0.0.0.0",
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
                fallback = "in-process",
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
                allowed = "visible ASCII characters without blanks",
                meaning = "when set, hooks and API must present it (bearer); never printed")
        @WithName("hook-secret")
        Optional<String> hookSecret();

        @Variable(allowed = "a file", meaning = "holds WORKER_HOOK_SECRET, so that it is not in the environment")
        @WithName("hook-secret-file")
        Optional<String> hookSecretFile();

        @Variable(fallback = "0", allowed = "0…1000 (0: by memory)", meaning = "capacity of one process")
        @WithName("max-streams")
        Optional<String> maxStreams();

        @Variable(
                fallback = "30000 (`serve`), 7000 (`run`)",
                allowed = "0…3600000 (ms)",
                meaning = "how long a source may be away before the stream has ended")
        @WithName("source-grace-ms")
        Optional<String> sourceGraceMs();

        @Variable(
                fallback = "60000 (`serve`), 0 (`run`)",
                allowed = "0…3600000 (ms)",
                meaning =
                        "how long the output may be lost before publishing has failed; meanwhile it is published again and again")
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

    /** A Job for each stream. */
    interface Jobs {
        @Variable(
                allowed = "an image's name",
                meaning =
                        "image of a stream's Job when WORKER_SPAWN is `kubernetes`; required unless the Job's template"
                                + " names one")
        @WithName("kubernetes-image")
        Optional<String> image();

        @Variable(
                fallback = "the one in the program",
                allowed = "a file with a Job of batch/v1 as JSON",
                meaning = "what a stream's Job is made from: its name, labels, owner, arguments and grace time are put"
                        + " in, all else is taken as it is")
        @WithName("kubernetes-job-template")
        Optional<String> jobTemplate();

        @Variable(
                allowed = "the name of a Deployment in the same namespace",
                meaning =
                        "owner of the Jobs: when it is deleted, so are they; also keeps the Jobs of several `serve` in"
                                + " one namespace apart")
        @WithName("kubernetes-owner")
        Optional<String> owner();

        @Variable(
                fallback = "/var/run/secrets/kubernetes.io/serviceaccount",
                allowed = "a folder with `token`, `ca.crt` and `namespace`",
                meaning = "who the worker is towards the API server; the token is read anew for each call")
        @WithName("kubernetes-credentials")
        Optional<String> credentials();
    }

    /** {@code KUBERNETES_*}: Kubernetes sets them in every pod. */
    interface Kubernetes {
        @Variable(
                fallback = "set by Kubernetes",
                allowed = "a host name or address",
                meaning = "the API server, read when WORKER_SPAWN is `kubernetes`")
        @WithName("service-host")
        Optional<String> host();

        @Variable(fallback = "set by Kubernetes (443)", allowed = "1…65535", meaning = "its port")
        @WithName("service-port")
        Optional<String> port();
    }

    /** {@code LOG_*}. */
    interface Log {
        @Variable(
                fallback = "INFO",
                allowed = "ERROR, WARN, INFO, DEBUG or TRACE",
                meaning = "least severe level that is logged")
        Optional<String> level();

        @Variable(fallback = "json (text on a terminal)", allowed = "json or text", meaning = "form of a log line")
        Optional<String> format();
    }

    /** {@code OTEL_*}: OpenTelemetry's own name, which its operator and every collector's manual use. */
    interface Traces {
        @Variable(
                allowed = "http(s)://host:port, and a path",
                meaning =
                        "a collector of OTLP over HTTP (usually port 4318): a trace for each dubbed segment is sent to"
                                + " it, below this at `/v1/traces`; not set: no traces")
        @WithName("exporter.otlp.endpoint")
        Optional<String> endpoint();

        @Variable(
                allowed = "name=value,name=value",
                meaning = "sent with each request to the collector, such as `Authorization=Bearer%20…`; values are"
                        + " percent-encoded; never printed")
        @WithName("exporter.otlp.headers")
        Optional<String> headers();

        @Variable(
                allowed = "a file",
                meaning = "holds OTEL_EXPORTER_OTLP_HEADERS, so that they are not in the environment")
        @WithName("exporter.otlp.headers-file")
        Optional<String> headersFile();
    }
}
