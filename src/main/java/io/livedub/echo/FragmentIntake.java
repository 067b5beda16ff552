package io.livedub.echo;

import com.fasterxml.jackson.databind.JsonNode;

/** Judges each {@code fragment:data} of one session: its place in the sequence first, then whether it may come now. */
final class FragmentIntake {
    /** Fragments whose bytes are held; beyond it they are refused with QUEUE_FULL. */
    static final int MAX_OUTSTANDING = 100;

    /** The number that the next fragment has to have. */
    long expected;

    boolean paused;
    private final String streamId;

    FragmentIntake(String streamId) {
        this.streamId = streamId;
    }

    /**
     * Spends the expected number, whatever becomes of its fragment.
     *
     * @param bytes of the whole message
     * @param held fragments that are waiting for their results
     * @return null when the fragment may be read
     */
    EchoFailure refusal(JsonNode payload, int bytes, int held) {
        if (!streamId.equals(payload.path("stream_id").textValue())) {
            return EchoFailure.of("STREAM_NOT_FOUND", "stream_id is not the one of stream:init");
        }
        JsonNode number = payload.path("sequence_number");
        if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() != expected) {
            String got = number.isMissingNode() ? "none" : EchoText.shortened(number.toString());
            return EchoFailure.of("INVALID_SEQUENCE", "sequence_number: expected %d, got %s", expected, got);
        }
        expected++;
        if (bytes > EngineIo.MAX_PAYLOAD_BYTES) {
            String text = "message of %d bytes, at most %d";
            return EchoFailure.of("FRAGMENT_TOO_LARGE", text, bytes, EngineIo.MAX_PAYLOAD_BYTES);
        }
        if (paused) {
            return EchoFailure.of("STREAM_PAUSED", "fragment:data between stream:pause and stream:resume");
        }
        return held < MAX_OUTSTANDING ? null : EchoFailure.of("QUEUE_FULL", "%d fragments are waiting already", held);
    }
}
