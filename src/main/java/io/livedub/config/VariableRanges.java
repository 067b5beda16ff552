package io.livedub.config;

/**
 * Ranges of whole numbers, {@code least…most} and a remark: read by {@link Values#integer(String, java.util.Optional, String, String)}, and shown
 * on the reference page by way of {@link Variable}.
 */
final class VariableRanges {
    static final String PORT = "1…65535";
    static final String STS_TIMEOUT_MS = "1000…30000 (ms)";
    static final String STS_MAX_RETRIES = "0…10";
    static final String STS_MAX_INFLIGHT = "1…10";
    static final String STS_PAUSE_PROBE_MS = "1000…600000 (ms)";
    static final String AV_OFFSET_NS = "0…60000000000 (ns) or auto";
    static final String FREE_PORT = "0…65535 (0: any free port)";
    static final String MAX_STREAMS = "0…1000 (0: by memory)";
    static final String MAX_LANGUAGES = "1…64";
    static final String GRACE_MS = "0…3600000 (ms)";
    static final String OLDER_SEGMENT_MS = "1000…30000 (ms)";

    private VariableRanges() {}
}
