package io.livedub.sts.protocol;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.livedub.id.IdForm;
import io.livedub.id.StreamId;

/** Messages of the worker. Constructors refuse values that the contract does not allow. */
public sealed interface Outgoing {
    /** A program config element of AAC lists 93 at most. */
    int MOST_CHANNELS = 93;

    String event();

    /** Fields in the contract's order; the contract names each of them. */
    Map<String, Object> payload();

    record Init(
            StreamId streamId,
            String workerId,
            String sourceLanguage,
            String targetLanguage,
            String voiceProfile,
            int chunkDurationMs,
            int sampleRateHz,
            int channels,
            int maxInflight,
            int timeoutMs)
            implements Outgoing {
        public Init {
            id(workerId);
            range("chunk_duration_ms", chunkDurationMs, 100, 6_000);
            range("sample_rate_hz", sampleRateHz, 1, 768_000);
            range("channels", channels, 1, MOST_CHANNELS);
            range("max_inflight", maxInflight, 1, 10);
            range("timeout_ms", timeoutMs, 1_000, 30_000);
        }

        /** The same for other sound. */
        public Init with(int newSampleRateHz, int newChannels) {
            return new Init(
                    streamId,
                    workerId,
                    sourceLanguage,
                    targetLanguage,
                    voiceProfile,
                    chunkDurationMs,
                    newSampleRateHz,
                    newChannels,
                    maxInflight,
                    timeoutMs);
        }

        @Override
        public String event() {
            return "stream:init";
        }

        @Override
        public Map<String, Object> payload() {
            Map<String, Object> config = map(
                    "source_language", sourceLanguage,
                    "target_language", targetLanguage,
                    "voice_profile", voiceProfile,
                    "chunk_duration_ms", chunkDurationMs,
                    "sample_rate_hz", sampleRateHz,
                    "channels", channels,
                    "format", "m4a");
            return map(
                    "stream_id", streamId.value(),
                    "worker_id", workerId,
                    "config", config,
                    "max_inflight", maxInflight,
                    "timeout_ms", timeoutMs);
        }
    }

    /** @param timestampMs Unix time */
    record FragmentData(
            String fragmentId,
            StreamId streamId,
            int sequenceNumber,
            long timestampMs,
            int sampleRateHz,
            int channels,
            int durationMs,
            String base64,
            long ptsNs,
            long sourcePtsNs)
            implements Outgoing {
        public FragmentData {
            id(fragmentId);
            range("sequence_number", sequenceNumber, 0, Integer.MAX_VALUE);
            range("sample_rate_hz", sampleRateHz, 1, 768_000);
            range("channels", channels, 1, MOST_CHANNELS);
            range("duration_ms", durationMs, 0, Integer.MAX_VALUE);
        }

        @Override
        public String event() {
            return "fragment:data";
        }

        @Override
        public Map<String, Object> payload() {
            Map<String, Object> audio = map(
                    "format", "m4a",
                    "sample_rate_hz", sampleRateHz,
                    "channels", channels,
                    "duration_ms", durationMs,
                    "data_base64", base64);
            return map(
                    "fragment_id", fragmentId,
                    "stream_id", streamId.value(),
                    "sequence_number", sequenceNumber,
                    "timestamp", timestampMs,
                    "audio", audio,
                    "metadata", map("pts_ns", ptsNs, "source_pts_ns", sourcePtsNs));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "FragmentData[%s, sequence %d]", fragmentId, sequenceNumber);
        }
    }

    /** @param applied true: on air; false: received and not used */
    record FragmentAck(String fragmentId, boolean applied, long timestampMs) implements Outgoing {
        public FragmentAck {
            id(fragmentId);
        }

        @Override
        public String event() {
            return "fragment:ack";
        }

        @Override
        public Map<String, Object> payload() {
            return map("fragment_id", fragmentId, "status", applied ? "applied" : "received", "timestamp", timestampMs);
        }
    }

    record Pause(StreamId streamId, String reason) implements Outgoing {
        @Override
        public String event() {
            return "stream:pause";
        }

        @Override
        public Map<String, Object> payload() {
            return map("stream_id", streamId.value(), "reason", reason);
        }
    }

    record Resume(StreamId streamId) implements Outgoing {
        @Override
        public String event() {
            return "stream:resume";
        }

        @Override
        public Map<String, Object> payload() {
            return map("stream_id", streamId.value());
        }
    }

    record End(StreamId streamId, String reason) implements Outgoing {
        @Override
        public String event() {
            return "stream:end";
        }

        @Override
        public Map<String, Object> payload() {
            return map("stream_id", streamId.value(), "reason", reason);
        }
    }

    /** Whether an id may be said to a service at all. */
    static boolean isId(String text) {
        return IdForm.matches(text);
    }

    private static void id(String text) {
        if (!isId(text)) {
            throw new IllegalArgumentException("not an id of the protocol");
        }
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s: %d…%d, is %d", name, min, max, value));
        }
    }

    /** Names and values in turn; a null value is left out, as optional fields are. */
    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] != null) {
                map.put((String) pairs[i], pairs[i + 1]);
            }
        }
        return map;
    }
}
