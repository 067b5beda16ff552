package io.livedub.echo;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A valid {@code stream:init}.
 *
 * @param streamId as in the header
 * @param workerId as in the header
 * @param chunkDurationMs 100…6000
 * @param sampleRateHz of the worker's source
 * @param channels of the worker's source
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
    static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_-]{1,64}");
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
        String voice = config.text("voice_profile", "default");
        int chunk = (int) config.integer("chunk_duration_ms", 100, 6000);
        // The rates an AudioSpecificConfig can index begin and end here (ISO/IEC 14496-3, table 1.18).
        int rate = (int) config.integer("sample_rate_hz", 7350, 96000);
        int channels = (int) config.integer("channels", 1, 8);
        String format = config.text("format");
        if (!"m4a".equals(format)) {
            throw config.invalid("format", "must be m4a, got " + format);
        }
        int maxInflight = (int) fields.integer("max_inflight", 1, 10, DEFAULT_MAX_INFLIGHT);
        int timeout = (int) fields.integer("timeout_ms", 1000, 30000, DEFAULT_TIMEOUT_MS);
        return new StreamInit(streamId, workerId, chunk, rate, channels, voice, maxInflight, timeout, fields.unknown());
    }

    /** In what a fragment's sound is not the one that was announced. */
    Optional<String> contradiction(ReceivedFragment data) {
        return data.sampleRateHz() == sampleRateHz && data.channels() == channels
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT,
                        "%d Hz and %d channels, announced were %d Hz and %d",
                        data.sampleRateHz(),
                        data.channels(),
                        sampleRateHz,
                        channels));
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
            throw new StrictFields.InvalidFieldException(
                    headerName, String.format(Locale.ROOT, "of the handshake is not the %s of stream:init", name));
        }
        return value;
    }
}
