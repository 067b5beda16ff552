package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;

/**
 * What a {@code fragment:data} carries beside its place in the sequence. Rate, channels and duration are as labelled.
 *
 * @param sourcePtsNs time stamp of its beginning at the source
 * @param audio an M4A by its first box
 */
record ReceivedFragment(
        String fragmentId, int sampleRateHz, int channels, int durationMs, long sourcePtsNs, byte[] audio) {
    /** @throws IllegalArgumentException naming the first wrong field */
    static ReceivedFragment parse(JsonNode payload) {
        JsonNode fields = WorkerMessages.FRAGMENT.read(payload);
        JsonNode audio = fields.get("audio");
        return new ReceivedFragment(
                fields.get("fragment_id").textValue(),
                audio.get("sample_rate_hz").intValue(),
                audio.get("channels").intValue(),
                audio.get("duration_ms").intValue(),
                fields.get("metadata").get("source_pts_ns").longValue(),
                ((BinaryNode) audio.get("data_base64")).binaryValue());
    }
}
