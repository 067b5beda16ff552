package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Judges each {@code fragment:data} of one session: its place in the sequence first, then whether it may come now, then its content. */
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

    /** @param maxHeld fragments that may wait for their results */
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
        EchoFailure misplaced = misplaced(payload, sequence, number);
        if (misplaced != null) {
            return new FragmentVerdict(id, number, false, null, misplaced);
        }
        expected++;
        try {
            EchoFailure untimely = untimely(bytes, held);
            ReceivedFragment data = untimely == null ? ReceivedFragment.parse(payload) : null;
            return new FragmentVerdict(id, number, true, data, untimely);
        } catch (StrictFields.InvalidFieldException e) {
            return new FragmentVerdict(id, number, true, null, EchoFailure.of("INVALID_FRAGMENT", e.getMessage()));
        }
    }

    private EchoFailure misplaced(JsonNode payload, JsonNode sequence, Long number) {
        if (!streamId.equals(payload.path("stream_id").textValue())) {
            return EchoFailure.of("STREAM_NOT_FOUND", "stream_id is not the one of stream:init");
        }
        if (number == null || number != expected) {
            String got = sequence.isMissingNode() ? "none" : EchoText.shortened(sequence.toString());
            String text = EchoText.of("sequence_number: expected %d, got %s", expected, got);
            return EchoFailure.of("INVALID_SEQUENCE", text);
        }
        return null;
    }

    private EchoFailure untimely(int bytes, int held) {
        if (bytes > EngineIo.MAX_PAYLOAD_BYTES) {
            String text = EchoText.of("message of %d bytes, at most %d", bytes, EngineIo.MAX_PAYLOAD_BYTES);
            return EchoFailure.of("FRAGMENT_TOO_LARGE", text);
        }
        if (paused) {
            return EchoFailure.of("STREAM_PAUSED", "fragment:data between stream:pause and stream:resume");
        }
        return held < maxHeld
                ? null
                : EchoFailure.of("QUEUE_FULL", EchoText.of("%d fragments are waiting already", held));
    }
}
