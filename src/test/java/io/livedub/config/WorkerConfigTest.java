package io.livedub.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.id.IdForm;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class WorkerConfigTest {
    @Test
    void theDefaultsOfTheMediaServerAreThoseOfTheContract() {
        WorkerConfig.MediaServer server = Environment.read().mediaServer();

        assertThat(server)
                .isEqualTo(new WorkerConfig.MediaServer(
                        "localhost", 1935, false, Optional.empty(), Optional.empty(), "live", Optional.empty()));
    }

    @Test
    void theLoginAtTheMediaServerIsReadAndItsPasswordIsNeverInAText() {
        WorkerConfig config =
                Environment.read("MEDIAMTX_USER", "worker", "MEDIAMTX_PASS", "geheim", "MEDIAMTX_RTMP_TLS", "ON");

        assertThat(config.mediaServer().login()).contains(new WorkerConfig.Login("worker", "geheim"));
        assertThat(config.mediaServer().tls()).isTrue();
        assertThat(config.toString()).contains("worker").doesNotContain("geheim");
    }

    @Test
    void theDefaultsOfDubbingAreThoseOfTheContract() {
        WorkerConfig.Sts sts = Environment.read().sts();

        assertThat(sts)
                .isEqualTo(new WorkerConfig.Sts(
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Duration.ofSeconds(8),
                        2,
                        3,
                        Optional.empty(),
                        Duration.ofSeconds(30),
                        "en",
                        "es",
                        "default"));
    }

    @Test
    void aStreamIsHeardInTheLanguagesOfTheVariable() {
        WorkerConfig config = Environment.read("WORKER_TARGET_LANGUAGE", " es, fr:Anna warm ,original");

        assertThat(config.streamSettings().targets())
                .containsExactly(
                        Target.of("es"), new Target("fr", Optional.of("Anna warm")), Target.of(Target.ORIGINAL));
        assertThat(config.streamSettings().isDubbed()).isTrue();
        assertThat(Environment.read("WORKER_TARGET_LANGUAGE", "original")
                        .streamSettings()
                        .isDubbed())
                .isFalse();
        assertThat(Environment.read().languages())
                .isEqualTo(new LanguagesConfig(List.of(Target.of("es")), 8, Optional.empty(), true, false));
    }

    @Test
    void aDubSoundsAsTheServiceMadeItUnlessToldOtherwise() {
        assertThat(Environment.read().dub()).isEqualTo(new DubConfig(DubSound.OFF, false));
        assertThat(Environment.read(
                                "WORKER_DUB_BED",
                                "Duck",
                                "WORKER_DUB_BED_DB",
                                "-20",
                                "WORKER_DUB_LOUDNESS",
                                "match",
                                "WORKER_SEGMENT_CUT",
                                "pause")
                        .dub())
                .isEqualTo(new DubConfig(new DubSound(Bed.DUCK, -20, true), true));
    }

    @Test
    void theDefaultsOfSegmentsAreThoseOfTheContract() {
        WorkerConfig.Segments segments = Environment.read().segments();

        assertThat(segments)
                .isEqualTo(new WorkerConfig.Segments(
                        Duration.ofSeconds(6),
                        Path.of(System.getProperty("java.io.tmpdir"), "segments"),
                        Duration.ofHours(1),
                        1L << 30,
                        Optional.of(Duration.ofSeconds(6)),
                        true,
                        Duration.ofSeconds(60)));
    }

    @Test
    void theDefaultsOfTheProcessAreThoseOfTheContract() {
        WorkerConfig.Process process = Environment.read().process();

        assertThat(process.metricsPort()).isEqualTo(8000);
        assertThat(process.httpPort()).isEqualTo(8080);
        assertThat(process.hookSecret()).isEmpty();
        assertThat(process.maxStreams()).isZero();
        assertThat(process.sourceGraceMs()).isEqualTo(OptionalLong.empty());
        assertThat(process.outputGraceMs()).isEqualTo(OptionalLong.empty());
        assertThat(process.workerId()).matches(IdForm.PATTERN);
        assertThat(process.instanceId()).isNotBlank();
        assertThat(UUID.fromString(process.runId())).hasToString(process.runId());
    }

    @Test
    void theDefaultsOfLoggingAreThoseOfTheContract() {
        WorkerConfig config = Environment.read();

        assertThat(config.logging()).isEqualTo(new WorkerConfig.Logging("INFO", Optional.empty()));
        assertThat(config.warnings()).isEmpty();
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("allowed")
    void anAllowedValueIsTaken(String variable, String value, Function<WorkerConfig, Object> reading, Object expected) {
        WorkerConfig config = Environment.read(variable, value);

        assertThat(reading.apply(config)).isEqualTo(expected);
    }

    static Stream<Arguments> allowed() {
        return Stream.of(
                row("MEDIAMTX_HOST", "mtx.example", c -> c.mediaServer().host(), "mtx.example"),
                row("MEDIAMTX_HOST", "[::1]", c -> c.mediaServer().host(), "[::1]"),
                row("MEDIAMTX_RTMP_PORT", "65535", c -> c.mediaServer().rtmpPort(), 65535),
                row("MEDIAMTX_APP_PATH", "studio_2", c -> c.mediaServer().appPath(), "studio_2"),
                row(
                        "MEDIAMTX_API_URL",
                        "http://mtx:9997",
                        c -> c.mediaServer().apiUrl(),
                        Optional.of(URI.create("http://mtx:9997"))),
                row(
                        "WORKER_STS_SERVICE_URL",
                        "wss://sts.example:443",
                        c -> c.sts().serviceUrl(),
                        Optional.of(URI.create("wss://sts.example:443"))),
                row(
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "https://collector.example/otlp/",
                        c -> c.traces().endpoint(),
                        Optional.of(URI.create("https://collector.example/otlp/"))),
                row(
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "Authorization=Basic%20dTpwYXNz==, x-tenant = a+b ,",
                        c -> c.traces().headers(),
                        Map.of("Authorization", "Basic dTpwYXNz==", "x-tenant", "a+b")),
                row("WORKER_STS_API_KEY", "k", c -> c.sts().apiKey(), Optional.of("k")),
                row("WORKER_STS_TIMEOUT_MS", "1000", c -> c.sts().timeout(), Duration.ofSeconds(1)),
                row("WORKER_STS_TIMEOUT_MS", " 30000 ", c -> c.sts().timeout(), Duration.ofSeconds(30)),
                row("WORKER_STS_MAX_RETRIES", "0", c -> c.sts().maxRetries(), 0),
                row("WORKER_STS_MAX_INFLIGHT", "10", c -> c.sts().maxInflight(), 10),
                row("WORKER_STS_LOSS", "Original", c -> c.sts().loss(), Optional.of(WorkerConfig.StsLoss.ORIGINAL)),
                row("WORKER_STS_PAUSE_PROBE_MS", "1000", c -> c.sts().pauseProbe(), Duration.ofSeconds(1)),
                row("WORKER_STS_MODE", "passthrough", c -> c.sts().passthrough(), true),
                row("WORKER_STS_MODE", "disabled", c -> c.sts().passthrough(), true),
                row("WORKER_STS_MODE", "ENABLED", c -> c.sts().passthrough(), false),
                row("WORKER_SOURCE_LANGUAGE", "pt-BR", c -> c.sts().sourceLanguage(), "pt-BR"),
                row("WORKER_TARGET_LANGUAGE", "zh-Hant-TW", c -> c.sts().targetLanguage(), "zh-Hant-TW"),
                row("WORKER_VOICE_PROFILE", "Anna, warm", c -> c.sts().voiceProfile(), "Anna, warm"),
                row("WORKER_SEGMENT_DURATION", "1", c -> c.segments().duration(), Duration.ofSeconds(1)),
                row("WORKER_SEGMENT_DURATION", "30s", c -> c.segments().duration(), Duration.ofSeconds(30)),
                row("WORKER_SEGMENT_DURATION", "2500ms", c -> c.segments().duration(), Duration.ofMillis(2500)),
                row("WORKER_SEGMENT_DURATION", "2.5 s", c -> c.segments().duration(), Duration.ofMillis(2500)),
                row("WORKER_SEGMENT_DIR", "/srv/seg", c -> c.segments().dir(), Path.of("/srv/seg")),
                row("WORKER_SEGMENT_RETENTION", "0", c -> c.segments().retention(), Duration.ZERO),
                row("WORKER_SEGMENT_RETENTION", "2d", c -> c.segments().retention(), Duration.ofDays(2)),
                row("WORKER_SEGMENT_RETENTION", "30m", c -> c.segments().retention(), Duration.ofMinutes(30)),
                row("WORKER_SEGMENT_MIN_FREE", "0", c -> c.segments().minFreeBytes(), 0L),
                row("WORKER_SEGMENT_MIN_FREE", "500MiB", c -> c.segments().minFreeBytes(), 500L << 20),
                row("WORKER_SEGMENT_MIN_FREE", "1.5 GB", c -> c.segments().minFreeBytes(), 1_500_000_000L),
                row("WORKER_AV_OFFSET_NS", "auto", c -> c.segments().avOffset(), Optional.empty()),
                row("WORKER_AV_OFFSET_NS", " AUTO ", c -> c.segments().avOffset(), Optional.empty()),
                row("WORKER_AV_OFFSET_NS", "0", c -> c.segments().avOffset(), Optional.of(Duration.ZERO)),
                row(
                        "WORKER_AV_OFFSET_NS",
                        "1500000000",
                        c -> c.segments().avOffset(),
                        Optional.of(Duration.ofMillis(1500))),
                row("WORKER_METRICS_PORT", "0", c -> c.process().metricsPort(), 0),
                row("WORKER_HTTP_PORT", "65535", c -> c.process().httpPort(), 65535),
                row("WORKER_HOOK_SECRET", "s", c -> c.process().hookSecret(), Optional.of("s")),
                row(
                        "WORKER_PARENT_URL",
                        "WS://stream-worker:8081",
                        c -> c.serve().kubernetes().parent().url(),
                        Optional.of(URI.create("ws://stream-worker:8081"))),
                row(
                        "WORKER_PARENT_PORT",
                        "0",
                        c -> c.serve().kubernetes().parent().port(),
                        0),
                row(
                        "WORKER_PARENT_TOKEN",
                        "t",
                        c -> c.serve().kubernetes().parent().token(),
                        Optional.of("t")),
                row("WORKER_MAX_STREAMS", "20", c -> c.process().maxStreams(), 20),
                row("WORKER_OUTPUT_GRACE_MS", "1", c -> c.process().outputGraceMs(), OptionalLong.of(1)),
                row("WORKER_SOURCE_GRACE_MS", "0", c -> c.process().sourceGraceMs(), OptionalLong.of(0)),
                row("WORKER_ID", "worker-7", c -> c.process().workerId(), "worker-7"),
                row("WORKER_RUN_ID", "night shift", c -> c.process().runId(), "night shift"),
                row("WORKER_INSTANCE_ID", "pod.3", c -> c.process().instanceId(), "pod.3"),
                row("LOG_LEVEL", "warning", c -> c.logging().level(), "WARN"),
                row("LOG_LEVEL", "Trace", c -> c.logging().level(), "TRACE"),
                row("LOG_FORMAT", "text", c -> c.logging().json(), Optional.of(false)),
                row("LOG_FORMAT", "json", c -> c.logging().json(), Optional.of(true)));
    }

    private static Arguments row(
            String variable, String value, Function<WorkerConfig, Object> reading, Object expected) {
        return arguments(variable, value, reading, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "pod.3, pod-3",
        "'a host, with spaces', a-host--with-spaces",
        "Ünïcode🎙, -n-code-",
    })
    void theWorkerIdIsMadeOfTheInstance(String instance, String id) {
        WorkerConfig config = Environment.read("WORKER_INSTANCE_ID", instance);

        assertThat(config.process().workerId()).isEqualTo(id);
    }

    @Test
    void aLongInstanceIdIsCutToAWorkerId() {
        WorkerConfig config = Environment.read("WORKER_INSTANCE_ID", "n".repeat(100));

        assertThat(config.process().workerId()).isEqualTo("n".repeat(64));
    }

    @Test
    void theOlderNameOfTheSegmentDurationIsTakenAndWarnedOf() {
        WorkerConfig config = Environment.read("WORKER_FRAGMENT_TARGET_DUR", "4000");

        assertThat(config.segments().duration()).isEqualTo(Duration.ofSeconds(4));
        assertThat(config.warnings())
                .containsExactly("WORKER_FRAGMENT_TARGET_DUR is an older name: use WORKER_SEGMENT_DURATION=4000ms");
    }

    @Test
    void theOlderNameIsNotReadBesideTheNewOne() {
        WorkerConfig config =
                Environment.read("WORKER_SEGMENT_DURATION", "3s", "WORKER_FRAGMENT_TARGET_DUR", "nonsense");

        assertThat(config.segments().duration()).isEqualTo(Duration.ofSeconds(3));
        assertThat(config.warnings())
                .singleElement()
                .asString()
                .contains("WORKER_FRAGMENT_TARGET_DUR='nonsense'", "not used", "WORKER_SEGMENT_DURATION is set");
    }

    @Test
    void theRtspPortIsReadOnlyToSayThatItIsNotUsed() {
        WorkerConfig config = Environment.read("MEDIAMTX_RTSP_PORT", "not even a number");

        assertThat(config.warnings())
                .singleElement()
                .asString()
                .contains("MEDIAMTX_RTSP_PORT", "not even a number", "no longer used", "MEDIAMTX_RTMP_PORT");
    }

    @Test
    void noTextOfTheConfigurationHoldsASecret() {
        WorkerConfig config = Environment.read(
                "WORKER_STS_API_KEY",
                "key-1234567",
                "WORKER_HOOK_SECRET",
                "secret-7654321",
                "OTEL_EXPORTER_OTLP_HEADERS",
                "api-key=token-55555");

        assertThat(config.toString())
                .doesNotContain("key-1234567", "secret-7654321", "token-55555")
                .contains("api-key");
        assertThat(config.sts().toString()).contains("apiKey=set");
        assertThat(Environment.read().sts().toString()).contains("apiKey=not set");
    }
}
