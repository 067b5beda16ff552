package io.livedub.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import io.livedub.config.WorkerConfig.Logging;
import io.livedub.config.WorkerConfig.Login;
import io.livedub.config.WorkerConfig.MediaServer;
import io.livedub.config.WorkerConfig.Segments;
import io.livedub.config.WorkerConfig.Sts;
import io.livedub.config.WorkerConfig.StsLoss;
import io.livedub.config.WorkerConfig.Traces;
import io.livedub.id.IdForm;

/** Makes the {@link WorkerConfig} of the variables' texts; the parts that {@code serve} and the process need are in {@link ProcessReader}. */
final class WorkerConfigReader {
    private static final Pattern USER = Pattern.compile("[!-~&&[^:]]{1,128}");
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,4096}");
    private static final Duration MIN_SEGMENT = Duration.ofSeconds(1);
    private static final Duration MAX_SEGMENT = Duration.ofSeconds(30);

    private WorkerConfigReader() {}

    /** @throws ConfigurationException at the first value that is not allowed */
    static WorkerConfig read(Settings settings) {
        List<String> warnings = new ArrayList<>();
        Secrets secrets = new Secrets();
        LanguagesConfig languages = LanguagesConfig.of(settings.worker().languages());
        return new WorkerConfig(
                mediaServer(settings.mediaMtx(), secrets, warnings),
                sts(settings.worker().sts(), settings.worker().languages(), languages, secrets),
                languages,
                DubConfig.of(settings.worker().dub()),
                ContinuityConfig.of(settings.worker().continuity()),
                segments(settings.worker().segments(), warnings),
                ProcessReader.process(settings.worker().process(), secrets),
                ProcessReader.serve(settings, secrets),
                logging(settings.log()),
                traces(settings.traces(), secrets),
                List.copyOf(warnings),
                secrets);
    }

    private static MediaServer mediaServer(MediaServerVariables mediaMtx, Secrets secrets, List<String> warnings) {
        mediaMtx.rtspPort()
                .ifPresent(port -> warnings.add(String.format(
                        Locale.ROOT,
                        "MEDIAMTX_RTSP_PORT is set to '%s' and no longer used: the input is RTMP (MEDIAMTX_RTMP_PORT)",
                        port)));
        return new MediaServer(
                Hosts.inUrl("MEDIAMTX_HOST", mediaMtx.host(), VariableDefaults.MEDIA_SERVER_HOST),
                Values.integer(
                        "MEDIAMTX_RTMP_PORT", mediaMtx.rtmpPort(), VariableDefaults.RTMP_PORT, VariableRanges.PORT),
                Values.choice(
                        "MEDIAMTX_RTMP_TLS",
                        mediaMtx.rtmpTls(),
                        VariableDefaults.RTMP_TLS,
                        Map.of("on", true, "off", false),
                        "on or off"),
                mediaMtx.caFile().map(file -> Values.certificates("MEDIAMTX_CA_FILE", file)),
                login(
                        mediaMtx.user(),
                        secret("MEDIAMTX_PASS", secrets.read("mediamtx.pass", mediaMtx.pass(), mediaMtx.passFile()))),
                Values.matching(
                        "MEDIAMTX_APP_PATH",
                        mediaMtx.appPath(),
                        VariableDefaults.APP_PATH,
                        IdForm.PATTERN,
                        IdForm.TEXT),
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

    private static Sts sts(StsVariables sts, LanguageVariables variables, LanguagesConfig languages, Secrets secrets) {
        boolean passthrough = Values.choice(
                "WORKER_STS_MODE",
                sts.mode(),
                VariableDefaults.STS_MODE,
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
                Duration.ofMillis(Values.integer(
                        "WORKER_STS_TIMEOUT_MS",
                        sts.timeoutMs(),
                        VariableDefaults.STS_TIMEOUT_MS,
                        VariableRanges.STS_TIMEOUT_MS)),
                Values.integer(
                        "WORKER_STS_MAX_RETRIES",
                        sts.maxRetries(),
                        VariableDefaults.STS_MAX_RETRIES,
                        VariableRanges.STS_MAX_RETRIES),
                Values.integer(
                        "WORKER_STS_MAX_INFLIGHT",
                        sts.maxInflight(),
                        VariableDefaults.STS_MAX_INFLIGHT,
                        VariableRanges.STS_MAX_INFLIGHT),
                sts.loss()
                        .map(text -> Values.choice(
                                "WORKER_STS_LOSS",
                                Optional.of(text),
                                "exit",
                                Map.of("exit", StsLoss.EXIT, "original", StsLoss.ORIGINAL),
                                "exit or original")),
                Duration.ofMillis(Values.integer(
                        "WORKER_STS_PAUSE_PROBE_MS",
                        sts.pauseProbeMs(),
                        VariableDefaults.STS_PAUSE_PROBE_MS,
                        VariableRanges.STS_PAUSE_PROBE_MS)),
                SettingValues.sourceLanguage(
                        "WORKER_SOURCE_LANGUAGE",
                        variables.sourceLanguage().map(String::strip).orElse(VariableDefaults.SOURCE_LANGUAGE)),
                languages.firstDubbed(),
                Values.printable("WORKER_VOICE_PROFILE", variables.voiceProfile(), VariableDefaults.VOICE_PROFILE, 64));
    }

    private static Segments segments(SegmentVariables segments, List<String> warnings) {
        if (segments.duration().isPresent()) {
            segments.fragmentTargetDur()
                    .ifPresent(ms -> warnings.add(String.format(
                            Locale.ROOT,
                            "WORKER_FRAGMENT_TARGET_DUR='%s' is an older name and not used, because WORKER_SEGMENT_DURATION is set",
                            ms)));
        }
        Duration duration =
                segments.duration().isEmpty() && segments.fragmentTargetDur().isPresent()
                        ? olderSegmentDuration(segments.fragmentTargetDur(), warnings)
                        : Values.duration(
                                "WORKER_SEGMENT_DURATION",
                                segments.duration().orElse(VariableDefaults.SEGMENT_DURATION),
                                "s",
                                MIN_SEGMENT,
                                MAX_SEGMENT,
                                "1 to 30 s, written 6, 6s or 6000ms");
        return new Segments(
                duration,
                segments.dir()
                        .map(folder -> Values.path("WORKER_SEGMENT_DIR", folder, "a folder"))
                        .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "segments")),
                retention(segments.retention().orElse(VariableDefaults.SEGMENT_RETENTION)),
                Values.bytes(
                        "WORKER_SEGMENT_MIN_FREE",
                        segments.minFree().orElse(VariableDefaults.SEGMENT_MIN_FREE),
                        "a size such as 0, 500MiB or 1GiB"),
                avOffset(segments.avOffsetNs()),
                Values.choice(
                        "WORKER_SPOOL",
                        segments.spool(),
                        VariableDefaults.SPOOL,
                        Map.of("on", true, "off", false),
                        "on or off"),
                Values.duration(
                        "WORKER_RESUME_MAX_AGE",
                        segments.resumeMaxAge().orElse(VariableDefaults.RESUME_MAX_AGE),
                        "s",
                        Duration.ZERO,
                        Duration.ofHours(1),
                        "0 to 1 h, written 60, 60s or 60000ms"));
    }

    private static Duration olderSegmentDuration(Optional<String> ms, List<String> warnings) {
        ms.ifPresent(value -> warnings.add(String.format(
                Locale.ROOT, "WORKER_FRAGMENT_TARGET_DUR is an older name: use WORKER_SEGMENT_DURATION=%sms", value)));
        return Duration.ofMillis(Values.integer("WORKER_FRAGMENT_TARGET_DUR", ms, "", VariableRanges.OLDER_SEGMENT_MS));
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
        return Optional.of(Duration.ofNanos(Values.integer(
                "WORKER_AV_OFFSET_NS",
                text,
                VariableDefaults.AV_OFFSET_NS,
                VariableRanges.AV_OFFSET_NS,
                " (ns), or auto")));
    }

    private static Traces traces(TraceVariables traces, Secrets secrets) {
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

    private static Logging logging(LogVariables log) {
        Map<String, String> levels = Map.of(
                "error", "ERROR", "warn", "WARN", "warning", "WARN", "info", "INFO", "debug", "DEBUG", "trace",
                "TRACE");
        String level = Values.choice(
                "LOG_LEVEL", log.level(), VariableDefaults.LOG_LEVEL, levels, "ERROR, WARN, INFO, DEBUG or TRACE");
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

    /** Travels as a bearer token in a header; what is wrong with it is said without saying it. */
    static Optional<String> secret(String variable, Optional<String> text) {
        // A secret that comes out of a file often brings the file's last line feed along. Blanks alone are refused: as
        // "not set" they would leave the doors open.
        Optional<String> secret = text.map(String::strip);
        if (secret.filter(value -> !VISIBLE_ASCII.matcher(value).matches()).isPresent()) {
            throw ConfigurationException.of(
                    variable, Secrets.HIDDEN, "1 to 4096 visible ASCII characters without blanks");
        }
        return secret;
    }
}
