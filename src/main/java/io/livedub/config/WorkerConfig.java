package io.livedub.config;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toUnmodifiableSet;

/**
 * The configuration, checked and typed. Made once at start; nothing else looks at the environment.
 *
 * @param warnings lines to log once: names that are old or no longer used
 * @param secrets all that were read, for who hands them on
 */
public record WorkerConfig(
        MediaServer mediaServer,
        Sts sts,
        LanguagesConfig languages,
        DubConfig dub,
        Segments segments,
        Process process,
        Serve serve,
        Logging logging,
        Traces traces,
        List<String> warnings,
        Secrets secrets) {
    /** The form of every id that reaches a path, a URL, a header or a label. */
    public static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private static final Pattern HOST = Hosts.FORM;
    /** The JDK's HttpClient takes no other, and a certificate names no other. */
    private static final Pattern HOST_OF_A_CERTIFICATE = Pattern.compile("(?!.*_)(?:" + Hosts.FORM + ")");
    /** Without a port: of a bracketed or bare IPv6 address the colons are its own. */
    private static final Pattern ALLOWED_HOST =
            Pattern.compile("[A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}]|[0-9A-Fa-f]*:[0-9A-Fa-f:.]{1,45}");

    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@-]{0,511}");
    /** A label's value too, so shorter than what Kubernetes allows a Deployment. */
    private static final Pattern OBJECT_NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private static final Pattern USER = Pattern.compile("[!-~&&[^:]]{1,128}");
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,4096}");
    private static final Duration MIN_SEGMENT = Duration.ofSeconds(1);
    private static final Duration MAX_SEGMENT = Duration.ofSeconds(30);

    /** What a stream is told by the environment alone. */
    public StreamSettings streamSettings() {
        return new StreamSettings(sts.sourceLanguage(), languages.targets(), sts.passthrough(), dub);
    }

    /** What every other source of settings may say. */
    public SettingRules settingRules() {
        return new SettingRules(languages.max(), sts.serviceUrl().isPresent(), sts.passthrough());
    }

    /**
     * How long a stream that was told to stop takes at most: what is held airs, and then the ends of STS session, files and publication,
     * 12 s each and side by side; twice that is a defect.
     */
    public Duration drainLimit() {
        return segments.duration()
                .plus(segments.avOffset().orElse(sts.timeout()))
                .plusSeconds(25);
    }

    /**
     * Where streams come from and go to.
     *
     * @param tls RTMP over TLS
     * @param caFile who may have signed the server's certificate; empty: the system's authorities
     */
    public record MediaServer(
            String host,
            int rtmpPort,
            boolean tls,
            Optional<Path> caFile,
            Optional<Login> login,
            String appPath,
            Optional<URI> apiUrl) {}

    /** Who the worker is towards the media server. */
    public record Login(String user, String pass) {
        // The password must not reach a log by way of a record's text.
        @Override
        public String toString() {
            return "Login[user=" + user + "]";
        }
    }

    /** What happens after five failed reconnects. */
    public enum StsLoss {
        EXIT,
        ORIGINAL
    }

    /**
     * Dubbing.
     *
     * @param serviceUrl empty where nothing is dubbed
     * @param targetLanguage the first that is dubbed; {@link LanguagesConfig} has all
     * @param voiceProfile of a target that names none
     * @param loss empty: the command's own default
     */
    public record Sts(
            boolean passthrough,
            Optional<URI> serviceUrl,
            Optional<String> apiKey,
            Duration timeout,
            int maxRetries,
            int maxInflight,
            Optional<StsLoss> loss,
            Duration pauseProbe,
            String sourceLanguage,
            String targetLanguage,
            String voiceProfile) {
        // The key must not reach a log by way of a record's text.
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "Sts[passthrough=%s, serviceUrl=%s, apiKey=%s]",
                    passthrough,
                    serviceUrl,
                    apiKey.map(key -> "set").orElse("not set"));
        }
    }

    /**
     * Segments, their files, and when they air.
     *
     * @param retention zero keeps all
     * @param avOffset how long after a segment is complete it airs; empty: follows the measured round trip
     * @param spool whether what has not aired is kept for the process that follows a crash
     * @param resumeMaxAge a spool that is older is left alone
     */
    public record Segments(
            Duration duration,
            Path dir,
            Duration retention,
            long minFreeBytes,
            Optional<Duration> avOffset,
            boolean spool,
            Duration resumeMaxAge) {}

    /**
     * The process.
     *
     * @param maxStreams 0: by memory
     * @param sourceGraceMs empty: the command's own default; so is {@code outputGraceMs}
     */
    public record Process(
            int metricsPort,
            int httpPort,
            Optional<String> hookSecret,
            int maxStreams,
            OptionalLong sourceGraceMs,
            OptionalLong outputGraceMs,
            String workerId,
            String runId,
            String instanceId) {
        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT, "Process[workerId=%s, runId=%s, instanceId=%s]", workerId, runId, instanceId);
        }
    }

    /** Where {@code serve} runs streams. */
    public enum Spawn {
        IN_PROCESS,
        PROCESS,
        KUBERNETES
    }

    /**
     * A Job for each stream. What is here is only checked in its form: whether there is a cluster is of interest to {@code serve} alone,
     * and a Job's own {@code run} reads the same variables.
     *
     * @param host of the API server; empty outside a cluster
     * @param credentials folder with {@code token}, {@code ca.crt} and {@code namespace}
     * @param jobTemplate empty: the program's own
     * @param owner name of the Deployment that owns the Jobs
     */
    public record Kubernetes(
            Optional<String> host,
            int port,
            Path credentials,
            Optional<String> image,
            Optional<Path> jobTemplate,
            Optional<String> owner) {}

    /**
     * What only {@code serve} needs.
     *
     * @param httpHost where hooks, API and pages listen
     * @param metricsHost where metrics and health listen
     * @param allowedHosts names in {@code Host} that are answered without a secret, in lower case; empty: loopback and the bound address
     * @param childCommand program for {@link Spawn#PROCESS}; empty: this one
     * @param hlsUrl the media server's HLS pages, as a viewer reaches them
     * @param kubernetes for {@link Spawn#KUBERNETES}
     */
    public record Serve(
            String httpHost,
            String metricsHost,
            Set<String> allowedHosts,
            Spawn spawn,
            Optional<String> childCommand,
            Optional<URI> hlsUrl,
            Kubernetes kubernetes) {}

    /**
     * Traces of segments.
     *
     * @param endpoint where they go; empty: there are none
     * @param headers of each request, names to values; they may hold credentials
     */
    public record Traces(Optional<URI> endpoint, Map<String, String> headers) {
        @Override
        public String toString() {
            return String.format(Locale.ROOT, "Traces[endpoint=%s, headers=%s]", endpoint, headers.keySet());
        }
    }

    /** {@code json} empty: JSON unless standard output is a terminal. */
    public record Logging(String level, Optional<Boolean> json) {}

    /** @throws ConfigurationException at the first value that is not allowed */
    public static WorkerConfig of(Settings settings) {
        List<String> warnings = new ArrayList<>();
        Secrets secrets = new Secrets();
        LanguagesConfig languages = LanguagesConfig.of(settings.worker().languages());
        return new WorkerConfig(
                mediaServer(settings.mediaMtx(), secrets, warnings),
                sts(settings.worker().sts(), settings.worker().languages(), languages, secrets),
                languages,
                DubConfig.of(settings.worker().dub()),
                segments(settings.worker().segments(), warnings),
                process(settings.worker().process(), secrets),
                serve(settings),
                logging(settings.log()),
                traces(settings.traces(), secrets),
                List.copyOf(warnings),
                secrets);
    }

    private static Traces traces(Settings.Traces traces, Secrets secrets) {
        return new Traces(
                traces.endpoint()
                        .map(url -> Values.urlBelow(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                url,
                                Set.of("http", "https"),
                                "http(s)://host:port, and a path"))
                        .map(url -> Values.withoutTlsToUnderscores("OTEL_EXPORTER_OTLP_ENDPOINT", url)),
                secrets.read("otel.exporter.otlp.headers", traces.headers(), traces.headersFile())
                        .map(text -> Values.headers("OTEL_EXPORTER_OTLP_HEADERS", text))
                        .orElse(Map.of()));
    }

    private static MediaServer mediaServer(Settings.MediaMtx mediaMtx, Secrets secrets, List<String> warnings) {
        mediaMtx.rtspPort()
                .ifPresent(port -> warnings.add(String.format(
                        Locale.ROOT,
                        "MEDIAMTX_RTSP_PORT is set to '%s' and no longer used: the input is RTMP (MEDIAMTX_RTMP_PORT)",
                        port)));
        return new MediaServer(
                Hosts.inUrl("MEDIAMTX_HOST", mediaMtx.host(), "localhost"),
                Values.integer("MEDIAMTX_RTMP_PORT", mediaMtx.rtmpPort(), 1935, 1, 65535),
                Values.choice(
                        "MEDIAMTX_RTMP_TLS", mediaMtx.rtmpTls(), "off", Map.of("on", true, "off", false), "on or off"),
                mediaMtx.caFile().map(file -> Values.certificates("MEDIAMTX_CA_FILE", file)),
                login(
                        mediaMtx.user(),
                        secret("MEDIAMTX_PASS", secrets.read("mediamtx.pass", mediaMtx.pass(), mediaMtx.passFile()))),
                Values.matching("MEDIAMTX_APP_PATH", mediaMtx.appPath(), "live", ID, ID.pattern()),
                mediaMtx.apiUrl()
                        .map(url -> Values.url("MEDIAMTX_API_URL", url, Set.of("http", "https"), "http(s)://host:port"))
                        .map(url -> Values.withoutTlsToUnderscores("MEDIAMTX_API_URL", url)));
    }

    private static Optional<Login> login(Optional<String> user, Optional<String> pass) {
        if (user.isPresent() != pass.isPresent()) {
            throw new ConfigurationException(
                    "MEDIAMTX_USER and MEDIAMTX_PASS are one login: allowed is both or neither, and only "
                            + (user.isPresent() ? "MEDIAMTX_USER" : "MEDIAMTX_PASS") + " is set");
        }
        return user.map(name -> new Login(
                Values.matching(
                        "MEDIAMTX_USER", user, "", USER, "1 to 128 visible ASCII characters without blanks and colons"),
                pass.orElseThrow()));
    }

    private static Sts sts(Settings.Sts sts, LanguageVariables variables, LanguagesConfig languages, Secrets secrets) {
        boolean passthrough = Values.choice(
                "WORKER_STS_MODE",
                sts.mode(),
                "enabled",
                Map.of("enabled", false, "passthrough", true, "disabled", true),
                "enabled, passthrough or disabled");
        Optional<URI> serviceUrl = sts.serviceUrl()
                .map(url -> Values.url(
                        "WORKER_STS_SERVICE_URL",
                        url,
                        Set.of("http", "https", "ws", "wss"),
                        "http(s)://host:port or ws(s)://host:port"));
        return new Sts(
                passthrough,
                serviceUrl,
                secret("WORKER_STS_API_KEY", secrets.read("worker.sts-api-key", sts.apiKey(), sts.apiKeyFile())),
                Duration.ofMillis(Values.integer("WORKER_STS_TIMEOUT_MS", sts.timeoutMs(), 8000, 1000, 30000)),
                Values.integer("WORKER_STS_MAX_RETRIES", sts.maxRetries(), 2, 0, 10),
                Values.integer("WORKER_STS_MAX_INFLIGHT", sts.maxInflight(), 3, 1, 10),
                sts.loss()
                        .map(text -> Values.choice(
                                "WORKER_STS_LOSS",
                                Optional.of(text),
                                "exit",
                                Map.of("exit", StsLoss.EXIT, "original", StsLoss.ORIGINAL),
                                "exit or original")),
                Duration.ofMillis(Values.integer("WORKER_STS_PAUSE_PROBE_MS", sts.pauseProbeMs(), 30000, 1000, 600000)),
                SettingValues.sourceLanguage(
                        "WORKER_SOURCE_LANGUAGE",
                        variables.sourceLanguage().map(String::strip).orElse("en")),
                languages.firstDubbed(),
                Values.printable("WORKER_VOICE_PROFILE", variables.voiceProfile(), "default", 64));
    }

    private static Segments segments(Settings.Segments segments, List<String> warnings) {
        Duration duration = segments.duration()
                .map(text -> Values.duration(
                        "WORKER_SEGMENT_DURATION",
                        text,
                        "s",
                        MIN_SEGMENT,
                        MAX_SEGMENT,
                        "1 to 30 s, written 6, 6s or 6000ms"))
                .orElseGet(() -> olderSegmentDuration(segments.fragmentTargetDur(), warnings));
        return new Segments(
                duration,
                segments.dir()
                        .map(folder -> Values.path("WORKER_SEGMENT_DIR", folder, "a folder"))
                        .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "segments")),
                retention(segments.retention().orElse("1h")),
                Values.bytes(
                        "WORKER_SEGMENT_MIN_FREE",
                        segments.minFree().orElse("1GiB"),
                        "a size such as 0, 500MiB or 1GiB"),
                avOffset(segments.avOffsetNs()),
                Values.choice("WORKER_SPOOL", segments.spool(), "on", Map.of("on", true, "off", false), "on or off"),
                Values.duration(
                        "WORKER_RESUME_MAX_AGE",
                        segments.resumeMaxAge().orElse("60s"),
                        "s",
                        Duration.ZERO,
                        Duration.ofHours(1),
                        "0 to 1 h, written 60, 60s or 60000ms"));
    }

    private static Duration olderSegmentDuration(Optional<String> ms, List<String> warnings) {
        ms.ifPresent(value -> warnings.add(String.format(
                Locale.ROOT, "WORKER_FRAGMENT_TARGET_DUR is an older name: use WORKER_SEGMENT_DURATION=%sms", value)));
        return Duration.ofMillis(Values.integer("WORKER_FRAGMENT_TARGET_DUR", ms, 6000, 1000, 30000));
    }

    private static Duration retention(String text) {
        return Values.duration(
                "WORKER_SEGMENT_RETENTION",
                text,
                "s",
                Duration.ZERO,
                Duration.ofDays(3650),
                "0 (keep all) or a duration such as 90s, 30m, 1h or 2d");
    }

    private static Optional<Duration> avOffset(Optional<String> text) {
        if (text.map(String::strip).filter("auto"::equalsIgnoreCase).isPresent()) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(
                Values.integer("WORKER_AV_OFFSET_NS", text, 6_000_000_000L, 0, 60_000_000_000L, " (ns), or auto")));
    }

    private static OptionalLong graceMs(String name, Optional<String> text) {
        return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Values.integer(name, text, 0, 0, 3_600_000));
    }

    private static Process process(Settings.Process process, Secrets secrets) {
        String instanceId = Values.printable("WORKER_INSTANCE_ID", process.instanceId(), hostName(), 128);
        return new Process(
                Values.integer("WORKER_METRICS_PORT", process.metricsPort(), 8000, 0, 65535),
                Values.integer("WORKER_HTTP_PORT", process.httpPort(), 8080, 0, 65535),
                secret(
                        "WORKER_HOOK_SECRET",
                        secrets.read("worker.hook-secret", process.hookSecret(), process.hookSecretFile())),
                Values.integer("WORKER_MAX_STREAMS", process.maxStreams(), 0, 0, 1000),
                graceMs("WORKER_SOURCE_GRACE_MS", process.sourceGraceMs()),
                graceMs("WORKER_OUTPUT_GRACE_MS", process.outputGraceMs()),
                Values.matching("WORKER_ID", process.id(), asId(instanceId), ID, ID.pattern()),
                Values.printable(
                        "WORKER_RUN_ID", process.runId(), UUID.randomUUID().toString(), 128),
                instanceId);
    }

    /** Travels as a bearer token in a header; what is wrong with it is said without saying it. */
    private static Optional<String> secret(String variable, Optional<String> text) {
        // A secret that comes out of a file often brings the file's last line feed along.
        Optional<String> secret = text.map(String::strip).filter(value -> !value.isEmpty());
        if (secret.filter(value -> !VISIBLE_ASCII.matcher(value).matches()).isPresent()) {
            throw ConfigurationException.of(variable, "…", "visible ASCII characters without blanks");
        }
        return secret;
    }

    private static Serve serve(Settings settings) {
        Settings.Process process = settings.worker().process();
        return new Serve(
                Values.matching("WORKER_HTTP_HOST", process.httpHost(), "0.0.0.0", HOST, "a host name or address"),
                Values.matching(
                        "WORKER_METRICS_HOST", process.metricsHost(), "0.0.0.0", HOST, "a host name or address"),
                allowedHosts(process.httpAllowedHosts()),
                Values.choice(
                        "WORKER_SPAWN",
                        process.spawn(),
                        "in-process",
                        Map.of(
                                "in-process", Spawn.IN_PROCESS,
                                "process", Spawn.PROCESS,
                                "kubernetes", Spawn.KUBERNETES),
                        "in-process, process or kubernetes"),
                process.childCommand(),
                settings.mediaMtx()
                        .hlsUrl()
                        .map(url ->
                                Values.url("MEDIAMTX_HLS_URL", url, Set.of("http", "https"), "http(s)://host:port")),
                kubernetes(settings));
    }

    private static Set<String> allowedHosts(Optional<String> text) {
        return text.stream()
                .flatMap(list -> Arrays.stream(list.split(",")))
                .map(String::strip)
                .filter(host -> !host.isEmpty())
                .map(host -> Values.matching(
                        "WORKER_HTTP_ALLOWED_HOSTS",
                        Optional.of(host),
                        "",
                        ALLOWED_HOST,
                        "host names or addresses without a port, separated by commas"))
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(toUnmodifiableSet());
    }

    private static Kubernetes kubernetes(Settings settings) {
        Settings.Jobs jobs = settings.worker().jobs();
        return new Kubernetes(
                settings.kubernetes()
                        .host()
                        .map(host -> Values.matching(
                                "KUBERNETES_SERVICE_HOST",
                                Optional.of(host),
                                "",
                                HOST_OF_A_CERTIFICATE,
                                "a host name without an underscore, or an address")),
                Values.integer("KUBERNETES_SERVICE_PORT", settings.kubernetes().port(), 443, 1, 65535),
                Values.path(
                        "WORKER_KUBERNETES_CREDENTIALS",
                        jobs.credentials().orElse("/var/run/secrets/kubernetes.io/serviceaccount"),
                        "a folder"),
                jobs.image()
                        .map(image -> Values.matching(
                                "WORKER_KUBERNETES_IMAGE",
                                Optional.of(image),
                                "",
                                IMAGE,
                                "an image's name such as registry.example/stream-worker:1.0")),
                jobs.jobTemplate().map(file -> Values.path("WORKER_KUBERNETES_JOB_TEMPLATE", file, "a file")),
                jobs.owner()
                        .map(owner -> Values.matching(
                                "WORKER_KUBERNETES_OWNER",
                                Optional.of(owner),
                                "",
                                OBJECT_NAME,
                                "the name of a Deployment, of up to 63 characters [a-z0-9-]")));
    }

    private static Logging logging(Settings.Log log) {
        Map<String, String> levels = Map.of(
                "error", "ERROR", "warn", "WARN", "warning", "WARN", "info", "INFO", "debug", "DEBUG", "trace",
                "TRACE");
        String level = Values.choice("LOG_LEVEL", log.level(), "INFO", levels, "ERROR, WARN, INFO, DEBUG or TRACE");
        return new Logging(
                level,
                log.format()
                        .map(format -> Values.choice(
                                "LOG_FORMAT",
                                Optional.of(format),
                                "",
                                Map.of("json", true, "text", false),
                                "json or text")));
    }

    /** A host name as an id: other characters become '-', and it is cut at 64. */
    private static String asId(String instanceId) {
        String id = instanceId
                .codePoints()
                .mapToObj(Character::toString)
                .map(c -> ID.matcher(c).matches() ? c : "-")
                .collect(joining());
        return id.substring(0, Math.min(64, id.length()));
    }

    /** From the kernel: InetAddress asks the resolver, which can take ten seconds in a pod without a network. */
    private static String hostName() {
        try {
            String name = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            return name.isEmpty() ? "stream-worker" : name;
        } catch (IOException notLinux) {
            return "stream-worker";
        }
    }
}
