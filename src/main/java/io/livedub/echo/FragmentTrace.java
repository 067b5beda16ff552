package io.livedub.echo;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One {@code fragment:data} and what became of it. Times are Unix ms, null until they come.
 *
 * @param sessionId its session; null before any
 * @param fragmentId as sent
 * @param sequence as sent
 * @param bytes of the audio, decoded; 0 when it was refused unread
 * @param durationMs as labelled; 0 when it was refused unread
 * @param receivedMs when it came
 * @param inflight fragments of the session in flight with it
 * @param backpressure what the worker had last been asked
 * @param outcome {@code processing}, {@code dropped}, {@code refused}, {@code error}, {@code success}, {@code partial}, {@code failed}
 * @param error code of the error, null without one
 * @param answeredMs when the result or the error was sent
 * @param ackedMs when the worker's {@code fragment:ack} came
 * @param ack its status
 */
public record FragmentTrace(
        String sessionId,
        String fragmentId,
        Long sequence,
        int bytes,
        int durationMs,
        long receivedMs,
        int inflight,
        String backpressure,
        String outcome,
        String error,
        Long answeredMs,
        Long ackedMs,
        String ack) {
    static FragmentTrace received(
            String sessionId, Intake.Verdict verdict, long nowMs, int inflight, String backpressure) {
        FragmentData data = verdict.data();
        int bytes = data == null ? 0 : data.audio().length;
        int durationMs = data == null ? 0 : data.durationMs();
        return new FragmentTrace(
                sessionId,
                verdict.fragmentId(),
                verdict.number(),
                bytes,
                durationMs,
                nowMs,
                inflight,
                backpressure,
                "processing",
                null,
                null,
                null,
                null);
    }

    FragmentTrace answered(Long nowMs, String newOutcome, String newError) {
        return new FragmentTrace(
                sessionId,
                fragmentId,
                sequence,
                bytes,
                durationMs,
                receivedMs,
                inflight,
                backpressure,
                newOutcome,
                newError,
                nowMs,
                ackedMs,
                ack);
    }

    FragmentTrace acked(long nowMs, String status) {
        return new FragmentTrace(
                sessionId,
                fragmentId,
                sequence,
                bytes,
                durationMs,
                receivedMs,
                inflight,
                backpressure,
                outcome,
                error,
                answeredMs,
                nowMs,
                status);
    }

    ObjectNode toJson() {
        return Json.object()
                .put("session_id", sessionId)
                .put("fragment_id", fragmentId)
                .put("sequence_number", sequence)
                .put("bytes", bytes)
                .put("duration_ms", durationMs)
                .put("received_ms", receivedMs)
                .put("inflight", inflight)
                .put("backpressure", backpressure)
                .put("outcome", outcome)
                .put("error", error)
                .put("answered_ms", answeredMs)
                .put("acked_ms", ackedMs)
                .put("ack", ack);
    }
}
