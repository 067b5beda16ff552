package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A place where the other side broke the contract.
 *
 * @param atMs Unix time, ms
 * @param code short name of the rule
 * @param message what was wrong
 * @param streamId as far as known, else null
 * @param sessionId as far as known, else null
 * @param fragmentId the fragment it was about, else null
 */
public record Violation(long atMs, String code, String message, String streamId, String sessionId, String fragmentId) {
    ObjectNode toJson() {
        return Json.object()
                .put("at_ms", atMs)
                .put("code", code)
                .put("message", message)
                .put("stream_id", streamId)
                .put("session_id", sessionId)
                .put("fragment_id", fragmentId);
    }
}
