package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The content of a {@code fragment:processed}.
 *
 * @param status success, partial or failed
 * @param dub the sound; null without
 * @param failure null without
 */
record EchoResult(String status, Dub dub, EchoFailure failure) {
    static EchoResult of(Simulation simulation, Dub dub) {
        return switch (simulation.outcome()) {
            case PARTIAL -> new EchoResult("partial", dub, null);
            case PARTIAL_ERROR -> new EchoResult("partial", dub, simulation.failure());
            case PARTIAL_SILENT -> new EchoResult("partial", null, simulation.failure());
            case FAILED -> failed(simulation.failure());
            default -> new EchoResult("success", dub, null);
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
                .put("status", status);
        json.set("dubbed_audio", dub == null ? null : dub.toJson());
        json.put("transcript", dub == null ? null : "fragment " + slot.sequence)
                .put("translated_text", dub == null ? null : "echo of fragment " + slot.sequence)
                .put("processing_time_ms", tookMs);
        json.putObject("stage_timings")
                .put("asr_ms", tookMs / 3)
                .put("translation_ms", tookMs / 3)
                .put("tts_ms", tookMs - 2 * (tookMs / 3));
        json.putNull("error").putNull("metadata");
        if (failure != null) {
            json.putObject("error")
                    .put("code", failure.code())
                    .put("message", failure.message())
                    .put("retryable", failure.retryable());
        }
        if (dub != null && dub.background() != null) {
            json.putObject("metadata").set("background_audio", dub.background().toJson());
        }
        return json;
    }
}
