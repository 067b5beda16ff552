package io.livedub.echo;

import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Judges each {@code fragment:data} of one session: its place in the sequence first, then whether it may come now, then what is in it. */
final class FragmentIntake {
    private final String streamId;
    private final int maxHeld;
    private long expected;
    private boolean paused;

    /**
     * @param number as sent; null when it was no integer
     * @param spent the number was the expected one; the next one is expected now, whatever became of this fragment
     * @param data null when refused
     * @param refusal null when accepted
     */
    record FragmentVerdict(String fragmentId, Long number, boolean spent, ReceivedFragment data, EchoFailure refusal) {
        /** The journal's entry of the fragment; its answer and its acknowledgement come later. */
        ObjectNode entry(String sessionId, long nowMs, int inflight, String pace) {
            return Json.object()
                    .put("session_id", sessionId)
                    .put("fragment_id", fragmentId)
                    .put("sequence_number", number)
                    .put("bytes", data == null ? 0 : data.audio().length)
                    .put("duration_ms", data == null ? 0 : data.durationMs())
                    .put("received_ms", nowMs)
                    .put("inflight", inflight)
                    .put("backpressure", pace)
                    .put("outcome", "processing")
                    .putNull("error")
                    .putNull("answered_ms")
                    .putNull("acked_ms")
                    .putNull("ack");
        }
    }

    /**
     * @param maxHeld fragments that may wait for their results
     */
    FragmentIntake(String streamId, int maxHeld) {
        this.streamId = streamId;
        this.maxHeld = maxHeld;
    }

    void pause(boolean value) {
        paused = value;
    }

    /**
     * @param bytes of the whole message
     * @param held fragments that are waiting for their results
     */
    FragmentVerdict judge(JsonNode payload, int bytes, int held) {
        String id = payload.path("fragment_id").textValue();
        JsonNode sequence = payload.path("sequence_number");
        Long number = sequence.isIntegralNumber() && sequence.canConvertToLong() ? sequence.longValue() : null;
        if (!streamId.equals(payload.path("stream_id").textValue())) {
            EchoFailure failure = EchoFailure.of("STREAM_NOT_FOUND", "stream_id is not the one of stream:init");
            return new FragmentVerdict(id, number, false, null, failure);
        }
        if (number == null || number != expected) {
            String got = sequence.isMissingNode() ? "none" : Conversation.shortened(sequence.toString());
            EchoFailure failure = EchoFailure.of(
                    "INVALID_SEQUENCE",
                    String.format(Locale.ROOT, "sequence_number: expected %d, got %s", expected, got));
            return new FragmentVerdict(id, number, false, null, failure);
        }
        expected++;
        if (bytes > EngineIo.MAX_PAYLOAD_BYTES) {
            String text =
                    String.format(Locale.ROOT, "message of %d bytes, at most %d", bytes, EngineIo.MAX_PAYLOAD_BYTES);
            return new FragmentVerdict(id, number, true, null, EchoFailure.of("FRAGMENT_TOO_LARGE", text));
        }
        if (paused) {
            String text = "fragment:data between stream:pause and stream:resume";
            return new FragmentVerdict(id, number, true, null, EchoFailure.of("STREAM_PAUSED", text));
        }
        if (held >= maxHeld) {
            String text = String.format(Locale.ROOT, "%d fragments are waiting already", held);
            return new FragmentVerdict(id, number, true, null, EchoFailure.of("QUEUE_FULL", text));
        }
        try {
            return new FragmentVerdict(id, number, true, ReceivedFragment.parse(payload), null);
        } catch (StrictFields.InvalidFieldException e) {
            EchoFailure failure = EchoFailure.of("INVALID_FRAGMENT", Conversation.shortened(e.getMessage()));
            return new FragmentVerdict(id, number, true, null, failure);
        }
    }
}
