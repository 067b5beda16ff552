package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is said of a fragment in a {@code fragment:processed}.
 *
 * @param status success, partial or failed
 * @param sound the fields {@code dubbed_audio} and {@code metadata}; null without a sound
 * @param failure null without
 */
record EchoResult(String status, ObjectNode sound, EchoFailure failure) {
    static EchoResult of(Director.Treatment cue, ObjectNode sound) {
        return switch (cue.outcome()) {
            case "success", "partial" -> new EchoResult(cue.outcome(), sound, null);
            case "failed" -> failed(cue.failure());
            default -> new EchoResult("partial", sound, cue.failure());
        };
    }

    static EchoResult failed(EchoFailure failure) {
        return new EchoResult("failed", null, failure);
    }

    String errorCode() {
        return failure == null ? null : failure.code();
    }

    ObjectNode toJson(String streamId, Delivery.Slot slot, long nowMs) {
        long tookMs = nowMs - slot.receivedMs;
        ObjectNode json = Json.object()
                .put("fragment_id", slot.fragmentId)
                .put("stream_id", streamId)
                .put("sequence_number", slot.sequence)
                .put("status", status)
                .put("transcript", sound == null ? null : "fragment " + slot.sequence)
                .put("translated_text", sound == null ? null : "echo of fragment " + slot.sequence)
                .put("processing_time_ms", tookMs)
                .putNull("dubbed_audio")
                .putNull("metadata");
        json.putObject("stage_timings")
                .put("asr_ms", tookMs / 3)
                .put("translation_ms", tookMs / 3)
                .put("tts_ms", tookMs - 2 * (tookMs / 3));
        json.set("error", failure == null ? null : failure.toJson());
        return sound == null ? json : json.setAll(sound);
    }
}
