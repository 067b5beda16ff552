package io.livedub.stream.chain;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.timeline.AutoOffset;
import io.livedub.timeline.OutputTimeline;

/**
 * How long after a segment is complete it airs, in all languages of a stream: fixed, or as the slowest of them needs. Thread-safe.
 */
final class SharedOffset {
    private final Optional<Duration> fixed;
    private final long mostNs;
    private final long segmentNs;
    private final OutputTimeline air;
    private final MediaClock clock;
    private final Map<String, AutoOffset> byLanguage = new HashMap<>();

    /**
     * @param fixed empty: follows
     * @param most of an offset that follows
     */
    SharedOffset(
            Optional<Duration> fixed, Duration most, Duration segmentDuration, OutputTimeline air, MediaClock clock) {
        this.fixed = fixed;
        this.mostNs = most.toNanos();
        this.segmentNs = segmentDuration.toNanos();
        this.air = air;
        this.clock = clock;
    }

    /** A result of this language came. */
    void roundTrip(String language, Duration took) {
        follow(language, its -> its.roundTrip(took.toNanos(), clock.nowNs()));
    }

    /** A segment of this language aired undubbed because its result was not there. */
    void missed(String language) {
        follow(language, its -> its.missed(air.latencyNs() - segmentNs, clock.nowNs()));
    }

    synchronized void forget(String language) {
        byLanguage.remove(language);
    }

    private synchronized void follow(String language, Consumer<AutoOffset> news) {
        if (fixed.isPresent()) {
            return;
        }
        news.accept(byLanguage.computeIfAbsent(language, first -> new AutoOffset(mostNs)));
        byLanguage.values().stream()
                .map(its -> its.targetNs(clock.nowNs()))
                .filter(OptionalLong::isPresent)
                .mapToLong(OptionalLong::getAsLong)
                .max()
                .ifPresent(offsetNs -> air.delay(segmentNs + offsetNs));
    }
}
