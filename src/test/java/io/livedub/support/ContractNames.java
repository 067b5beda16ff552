package io.livedub.support;

import java.util.Map;
import java.util.Set;

/** Names that the configuration contract fixes. Users, dashboards and log queries hold on to them. */
public final class ContractNames {
    /** With WORKER_STS_PAUSE_PROBE_MS, which the STS protocol's "30 s, configurable" asks for. */
    public static final Set<String> VARIABLES = Set.of(
            "MEDIAMTX_HOST",
            "MEDIAMTX_RTMP_PORT",
            "MEDIAMTX_APP_PATH",
            "MEDIAMTX_API_URL",
            "MEDIAMTX_RTSP_PORT",
            "WORKER_STS_SERVICE_URL",
            "WORKER_STS_API_KEY",
            "WORKER_STS_TIMEOUT_MS",
            "WORKER_STS_MAX_RETRIES",
            "WORKER_STS_MAX_INFLIGHT",
            "WORKER_STS_LOSS",
            "WORKER_STS_PAUSE_PROBE_MS",
            "WORKER_SEGMENT_DURATION",
            "WORKER_FRAGMENT_TARGET_DUR",
            "WORKER_SEGMENT_DIR",
            "WORKER_SEGMENT_RETENTION",
            "WORKER_SEGMENT_MIN_FREE",
            "WORKER_AV_OFFSET_NS",
            "WORKER_SOURCE_LANGUAGE",
            "WORKER_TARGET_LANGUAGE",
            "WORKER_VOICE_PROFILE",
            "WORKER_MAX_LANGUAGES",
            "WORKER_STREAMS_FILE",
            "WORKER_QUERY_SETTINGS",
            "WORKER_PUBLIC_PLAYLISTS",
            "WORKER_STS_MODE",
            "WORKER_METRICS_PORT",
            "WORKER_HTTP_PORT",
            "WORKER_HOOK_SECRET",
            "WORKER_MAX_STREAMS",
            "WORKER_SOURCE_GRACE_MS",
            "WORKER_ID",
            "WORKER_RUN_ID",
            "WORKER_INSTANCE_ID",
            "LOG_LEVEL",
            "LOG_FORMAT");

    /** As they stand on the page: a counter ends in {@code _total}, a histogram is three. */
    public static final Map<String, Set<String>> METRICS = Map.ofEntries(
            Map.entry("worker_audio_fragments_total", Set.of()),
            Map.entry("worker_fallback_total", Set.of("reason")),
            Map.entry("worker_gst_bus_errors_total", Set.of("pipeline")),
            Map.entry("worker_inflight_fragments", Set.of()),
            Map.entry("worker_av_sync_delta_ms", Set.of()),
            Map.entry("worker_sts_breaker_state", Set.of()),
            Map.entry("worker_sts_rtt_ms_bucket", Set.of("le")),
            Map.entry("worker_sts_rtt_ms_count", Set.of()),
            Map.entry("worker_sts_rtt_ms_sum", Set.of()),
            Map.entry("worker_latency_ms", Set.of()),
            Map.entry("worker_backpressure_events_total", Set.of("action")),
            Map.entry("worker_reconnections_total", Set.of()),
            Map.entry("worker_segments_written_total", Set.of("track")),
            Map.entry("worker_stream_state", Set.of()));

    /** Those that a stream has once; the others are there for each of its languages, with the label {@code language}. */
    public static final Set<String> OF_THE_STREAM = Set.of(
            "worker_audio_fragments_total",
            "worker_gst_bus_errors_total",
            "worker_segments_written_total",
            "worker_stream_state");

    public static final Set<String> FALLBACK_REASONS = Set.of(
            "timeout",
            "late",
            "failed",
            "breaker_open",
            "backpressure",
            "disconnected",
            "unusable",
            "overload",
            "operator");

    public static final Set<String> RTT_BUCKETS =
            Set.of("50.0", "100.0", "250.0", "500.0", "1000.0", "2000.0", "4000.0", "8000.0", "+Inf");

    private ContractNames() {}
}
