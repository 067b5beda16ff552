package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One {@code fragment:data} and what became of it, as {@code GET /v1/state} shows it. Times are Unix ms, null until they come.
 *
 * @param json never changed: {@code session_id}, {@code fragment_id}, {@code sequence_number} as sent; {@code bytes} of the audio, decoded, and
 *     {@code duration_ms} as labelled, 0 when it was refused unread; {@code received_ms}; {@code inflight} fragments of the session with it;
 *     {@code backpressure} that the worker had last been asked for; {@code outcome} ({@code processing}, {@code dropped}, {@code refused},
 *     {@code error}, {@code success}, {@code partial}, {@code failed}) and {@code error}, its code; {@code answered_ms}, when the result or the
 *     error was sent; {@code acked_ms} and {@code ack}, when the worker's {@code fragment:ack} came and its status
 */
public record FragmentTrace(ObjectNode json) {
    static FragmentTrace received(
            String sessionId, FragmentIntake.FragmentVerdict verdict, long nowMs, int inflight, String backpressure) {
        ReceivedFragment data = verdict.data();
        ObjectNode json = Json.object()
                .put("session_id", sessionId)
                .put("fragment_id", verdict.fragmentId())
                .put("sequence_number", verdict.number())
                .put("bytes", data == null ? 0 : data.audio().length)
                .put("duration_ms", data == null ? 0 : data.durationMs())
                .put("received_ms", nowMs)
                .put("inflight", inflight)
                .put("backpressure", backpressure)
                .put("outcome", "processing");
        json.putNull("error");
        json.putNull("answered_ms");
        json.putNull("acked_ms");
        return new FragmentTrace(json.putNull("ack"));
    }

    FragmentTrace answered(Long nowMs, String outcome, String error) {
        return new FragmentTrace(
                json.deepCopy().put("outcome", outcome).put("error", error).put("answered_ms", nowMs));
    }

    FragmentTrace acked(long nowMs, String status) {
        return new FragmentTrace(json.deepCopy().put("acked_ms", nowMs).put("ack", status));
    }

    /** As sent; only for fragments that had a number. */
    public Long sequence() {
        return json.path("sequence_number").longValue();
    }

    public long receivedMs() {
        return json.path("received_ms").longValue();
    }

    /** Only for fragments that were answered. */
    public Long answeredMs() {
        return json.path("answered_ms").longValue();
    }

    public int bytes() {
        return json.path("bytes").intValue();
    }

    public String outcome() {
        return json.path("outcome").textValue();
    }

    public String ack() {
        return json.path("ack").textValue();
    }
}
