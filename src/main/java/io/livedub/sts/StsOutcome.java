package io.livedub.sts;

import java.time.Duration;
import java.util.Optional;

import io.livedub.stream.events.FallbackReason;
import io.livedub.sts.protocol.DubbedAudio;

/** The outcome of a fragment, known by its deadline at the latest. */
public sealed interface StsOutcome {
    /**
     * Dubbed audio arrived in time. The receiver answers with {@code StsSession.applied} or {@code StsSession.unused}.
     *
     * @param audio unexamined
     * @param roundTrip from sending to the result
     * @param transcript what was said; empty when the service does not tell
     * @param translation what is said instead; empty when the service does not tell
     * @param background the original without its speech, unexamined; empty when the service does not send it
     */
    record Dubbed(
            DubbedAudio audio,
            Duration roundTrip,
            String transcript,
            String translation,
            Optional<DubbedAudio> background)
            implements StsOutcome {
        /** Without a background. */
        public Dubbed(DubbedAudio audio, Duration roundTrip, String transcript, String translation) {
            this(audio, roundTrip, transcript, translation, Optional.empty());
        }
    }

    /** The original airs. An event gives the {@link FallbackReason} as soon as it is known. */
    record Original(String detail) implements StsOutcome {}
}
