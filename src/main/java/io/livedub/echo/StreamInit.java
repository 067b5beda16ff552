package io.livedub.echo;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A {@code stream:init} that is right.
 *
 * @param voiceProfile what the worker asks for
 * @param maxInflight what is asked for
 * @param timeoutMs how long the worker waits for a result
 * @param unknown fields that the contract does not have
 */
record StreamInit(
        String streamId,
        String workerId,
        int chunkDurationMs,
        int sampleRateHz,
        int channels,
        String voiceProfile,
        int maxInflight,
        int timeoutMs,
        List<String> unknown) {
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int DEFAULT_MAX_INFLIGHT = 3;
    private static final int DEFAULT_TIMEOUT_MS = 8000;

    /**
     * @param headerStreamId the handshake's {@code X-Stream-ID}, null when it came without
     * @param headerWorkerId the handshake's {@code X-Worker-ID}, null when it came without
     * @throws StrictFields.InvalidFieldException naming the first wrong field, or the header
     */
    static StreamInit parse(JsonNode payload, String headerStreamId, String headerWorkerId) {
        StrictFields fields = StrictFields.of(payload, "stream:init");
        String streamId = identifier(fields, "stream_id", "X-Stream-ID", headerStreamId);
        String workerId = identifier(fields, "worker_id", "X-Worker-ID", headerWorkerId);
        StrictFields config = fields.object("config");
        config.text("source_language");
        config.text("target_language");
        config.only("format", "m4a");
        return new StreamInit(
                streamId,
                workerId,
                (int) config.integer("chunk_duration_ms", 100, 6000),
                sampleRate(config),
                channels(config),
                config.text("voice_profile", "default"),
                (int) fields.integer("max_inflight", 1, 10, DEFAULT_MAX_INFLIGHT),
                (int) fields.integer("timeout_ms", 1000, 30000, DEFAULT_TIMEOUT_MS),
                fields.unknown());
    }

    /** Between the lowest and the highest rate that an AudioSpecificConfig can index (ISO/IEC 14496-3, table 1.18). */
    static int sampleRate(StrictFields fields) {
        return (int) fields.integer("sample_rate_hz", 7350, 96000);
    }

    static int channels(StrictFields fields) {
        return (int) fields.integer("channels", 1, 8);
    }

    /** Says how a fragment's sound differs from the announced one. */
    Optional<String> contradiction(ReceivedFragment data) {
        if (data.sampleRateHz() == sampleRateHz && data.channels() == channels) {
            return Optional.empty();
        }
        String differs = "%d Hz and %d channels, announced were %d Hz and %d";
        return Optional.of(EchoText.of(differs, data.sampleRateHz(), data.channels(), sampleRateHz, channels));
    }

    private static String identifier(StrictFields fields, String name, String headerName, String header) {
        String value = fields.text(name);
        if (!IDENTIFIER.matcher(value).matches()) {
            throw fields.invalid(name, "must match " + IDENTIFIER);
        }
        if (header == null) {
            throw new StrictFields.InvalidFieldException(headerName, "is missing from the handshake");
        }
        if (!header.equals(value)) {
            String differs = EchoText.of("of the handshake is not the %s of stream:init", name);
            throw new StrictFields.InvalidFieldException(headerName, differs);
        }
        return value;
    }
}
