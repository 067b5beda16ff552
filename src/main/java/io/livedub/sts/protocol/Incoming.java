package io.livedub.sts.protocol;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/** Messages of STS, after {@link IncomingParser} has read them leniently and within bounds. */
public sealed interface Incoming {
    /**
     * Whether a message concerns the whole session. Some services send such a message to every connection, so it may be
     * about another stream. Messages about a fragment find their session by the fragment's id.
     */
    default boolean concernsAll() {
        return this instanceof Backpressure
                || this instanceof Complete
                || (this instanceof Error error && error.fragmentId().isEmpty());
    }

    /** The same, with the service's own words, which people read in logs and errors, changed. Ids and sounds stay. */
    default Incoming withWords(UnaryOperator<String> change) {
        if (this instanceof Ready ready) {
            return new Ready(change.apply(ready.sessionId()), ready.maxInflight());
        } else if (this instanceof Processed result) {
            return new Processed(
                    result.fragmentId(),
                    result.audio().map(audio -> audio.labelled(change.apply(audio.format()))),
                    result.failure().map(failure -> failure.withWords(change)),
                    result.unusable(),
                    result.transcript(),
                    result.translation(),
                    result.background());
        } else if (this instanceof Backpressure asked) {
            return new Backpressure(asked.action(), asked.delayMs(), change.apply(asked.detail()));
        } else if (this instanceof Error error) {
            return new Error(error.fragmentId(), error.failure().withWords(change));
        } else if (this instanceof Complete complete) {
            return new Complete(change.apply(complete.statistics()));
        } else if (this instanceof Refused refused) {
            return new Refused(refused.event(), change.apply(refused.why()));
        }
        return this;
    }

    /** {@code stream:ready}; the window when it was given, already within 1…10. */
    record Ready(String sessionId, OptionalInt maxInflight) implements Incoming {}

    /** {@code fragment:ack}. */
    record Ack(String fragmentId, String status) implements Incoming {}

    /**
     * {@code fragment:processed}. Exactly one of three: audio; a failure; or neither, and {@code unusable} says what is wrong with
     * the audio that should be there.
     *
     * @param background the original without its speech, when the service sends it
     */
    record Processed(
            String fragmentId,
            Optional<DubbedAudio> audio,
            Optional<StsFailure> failure,
            String unusable,
            String transcript,
            String translation,
            Optional<DubbedAudio> background)
            implements Incoming {
        Processed(
                String fragmentId,
                Optional<DubbedAudio> audio,
                Optional<StsFailure> failure,
                String unusable,
                String transcript,
                String translation) {
            this(fragmentId, audio, failure, unusable, transcript, translation, Optional.empty());
        }
    }

    /** {@code backpressure}. */
    record Backpressure(Action action, long delayMs, String detail) implements Incoming {
        /** The pace that the service asks for. */
        public enum Action {
            SLOW_DOWN,
            PAUSE,
            NONE;

            public String label() {
                return name().toLowerCase(Locale.ROOT);
            }
        }
    }

    /** {@code error}; of one fragment, or of the session when there is no id. */
    record Error(Optional<String> fragmentId, StsFailure failure) implements Incoming {}

    /** {@code stream:complete}, its figures as one line. */
    record Complete(String statistics) implements Incoming {}

    /** An event that is not of the protocol: nothing follows from it. */
    record Unknown(String event) implements Incoming {}

    /** An event of the protocol that cannot be used. */
    record Refused(String event, String why) implements Incoming {}
}
