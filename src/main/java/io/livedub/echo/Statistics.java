package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The statistics of a session, for {@code stream:complete}. */
final class Statistics {
    private long fragments;
    private long durationMs;
    private long success;
    private long partial;
    private long failed;
    private long processingMs;

    void received(long fragmentDurationMs) {
        fragments++;
        durationMs += fragmentDurationMs;
    }

    void failed() {
        failed++;
    }

    void result(String status, long tookMs) {
        switch (status) {
            case "success" -> success++;
            case "partial" -> partial++;
            default -> failed++;
        }
        processingMs += tookMs;
    }

    ObjectNode toJson(String streamId) {
        long results = success + partial;
        ObjectNode json = Json.object()
                .put("stream_id", streamId)
                .put("total_fragments", fragments)
                .put("total_duration_ms", durationMs);
        json.putObject("statistics")
                .put("success_count", success)
                .put("partial_count", partial)
                .put("failed_count", failed)
                .put("avg_processing_time_ms", results == 0 ? 0 : processingMs / results);
        return json;
    }
}
