package io.livedub.stream;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.StreamState;

/**
 * A stream at one moment.
 *
 * @param reason of the last change of state
 * @param since when the state began
 * @param languages in the order in which they began; empty before the stream runs
 * @param figures the last value of each that is known, but for those of the languages
 */
public record StreamStatus(
        StreamState state,
        String reason,
        Instant since,
        List<LanguageStatus> languages,
        Map<Figure, Long> figures,
        long segments,
        long filesLost,
        long pipelineErrors) {
    /** The status of a stream whose languages are not known yet. */
    private static final LanguageStatus NONE = new LanguageStatus(
            "",
            LanguagePhase.STARTING,
            "",
            "",
            "",
            BreakerState.CLOSED,
            List.of(),
            OptionalLong.empty(),
            Map.of(),
            0,
            Map.of(),
            0,
            true,
            0,
            0);

    /** The language that the stream began with. */
    public LanguageStatus first() {
        return languages.isEmpty() ? NONE : languages.get(0);
    }

    /**
     * Output time up to which segments were handed to the output: of a language of which none was yet, that of the others, behind which it is
     * heard.
     *
     * @param language empty: the latest of all
     * @return empty when it is not there
     */
    public OptionalLong offeredNs(Optional<String> language) {
        OptionalLong its =
                offeredNs(each -> language.map(each.language()::equals).orElse(true));
        return its.isPresent() && its.getAsLong() == 0 ? offeredNs(each -> true) : its;
    }

    private OptionalLong offeredNs(Predicate<LanguageStatus> which) {
        return languages.stream()
                .filter(which)
                .mapToLong(LanguageStatus::offeredNs)
                .max();
    }

    /**
     * One language of a stream.
     *
     * @param language as in its output's path
     * @param reason of the last change of phase
     * @param output last part of the path where it is published; empty as long as it is not known
     * @param sts name of the session's state; empty in passthrough and for the original
     * @param strip the last segments, oldest first
     * @param roundTripNs of the last result
     * @param figures the last value of each that is known
     * @param fallbacks segments aired with original audio, by reason
     * @param dubOn false while somebody has switched the dub off
     * @param offeredNs output time up to which segments were handed to the output
     * @param cutNs output time up to which segments were cut: a change of the sound is heard from there on
     */
    public record LanguageStatus(
            String language,
            LanguagePhase phase,
            String reason,
            String output,
            String sts,
            BreakerState breaker,
            List<Mark> strip,
            OptionalLong roundTripNs,
            Map<Figure, Long> figures,
            long dubbed,
            Map<String, Long> fallbacks,
            long reconnections,
            boolean dubOn,
            long offeredNs,
            long cutNs) {
        /** 0 as long as it is not known. */
        public long figure(Figure figure) {
            return figures.getOrDefault(figure, 0L);
        }
    }

    /** The outcome of a segment. */
    public enum Fate {
        PENDING,
        DUBBED,
        ORIGINAL
    }

    /** One segment of the strip. */
    public record Mark(long batch, Fate fate, String why) {}

    /**
     * What is said in a segment, in the publication's time.
     *
     * @param number counts a language's captions from 0
     */
    public record Caption(long number, long batch, long startNs, long endNs, String transcript, String translation) {}
}
