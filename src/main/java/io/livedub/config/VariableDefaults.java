package io.livedub.config;

/** Values of variables that are not set: for the reading and for the reference page, by way of {@link Variable}. */
final class VariableDefaults {
    static final String RTMP_PORT = "1935";
    static final String MEDIA_SERVER_HOST = "localhost";
    static final String RTMP_TLS = "off";
    static final String APP_PATH = "live";
    static final String STS_TIMEOUT_MS = "8000";
    static final String STS_MAX_RETRIES = "2";
    static final String STS_MAX_INFLIGHT = "3";
    static final String STS_PAUSE_PROBE_MS = "30000";
    static final String STS_MODE = "enabled";
    static final String SEGMENT_DURATION = "6s";
    static final String SEGMENT_RETENTION = "1h";
    static final String SEGMENT_MIN_FREE = "1GiB";
    static final String AV_OFFSET_NS = "6000000000";
    static final String SPOOL = "on";
    static final String RESUME_MAX_AGE = "60s";
    static final String METRICS_PORT = "8000";
    static final String HTTP_PORT = "8080";
    static final String PARENT_PORT = "8081";
    static final String LISTEN = "0.0.0.0";
    static final String SPAWN = "in-process";
    static final String MAX_STREAMS = "0";
    static final String CREDENTIALS = "/var/run/secrets/kubernetes.io/serviceaccount";
    static final String LOG_LEVEL = "INFO";
    static final String SOURCE_LANGUAGE = "en";
    static final String TARGET_LANGUAGE = "es";
    static final String VOICE_PROFILE = "default";
    static final String MAX_LANGUAGES = "8";
    static final String QUERY_SETTINGS = "on";
    static final String BACKUP = "off";
    static final String SLATE = "off";
    static final String TAKE_OVER = "off";
    static final String PUBLIC_PLAYLISTS = "off";
    static final String DUB_BED = "off";
    static final String DUB_BED_DB = "-14";
    static final String DUB_LOUDNESS = "off";
    static final String SEGMENT_CUT = "fixed";

    private VariableDefaults() {}
}
