package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One session, from {@code stream:init} to its end.
 *
 * @param sessionId given by the server
 * @param streamId of {@code stream:init}
 * @param workerId of {@code stream:init}
 * @param maxInflight as granted
 * @param authorization a bearer token came with the handshake; what it was is not kept
 * @param openedMs Unix time, ms
 * @param closedMs Unix time, ms; null while it lasts
 * @param end why it ended: {@code complete}, {@code superseded} by another init, or why the connection went; null while it lasts
 */
public record SessionTrace(
        String sessionId,
        String streamId,
        String workerId,
        int maxInflight,
        boolean authorization,
        long openedMs,
        Long closedMs,
        String end) {
    SessionTrace closed(long nowMs, String reason) {
        return closedMs != null
                ? this
                : new SessionTrace(sessionId, streamId, workerId, maxInflight, authorization, openedMs, nowMs, reason);
    }

    ObjectNode toJson() {
        return Json.object()
                .put("session_id", sessionId)
                .put("stream_id", streamId)
                .put("worker_id", workerId)
                .put("max_inflight", maxInflight)
                .put("authorization", authorization)
                .put("opened_ms", openedMs)
                .put("closed_ms", closedMs)
                .put("end", end);
    }
}
