package io.livedub.stream.chain;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.SourceOddity;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.SourceCounters;
import io.livedub.timeline.SourceTimeline;

import static java.util.stream.Collectors.joining;

/**
 * Tells once a second what the source sends that is left out or put right: each kind as a count, and as a line of the log when a burst of it begins. Used
 * by one thread.
 */
final class SourceReport {
    /** A kind that has been quiet for so long begins a new burst, which is logged again. */
    static final long QUIET_NS = Duration.ofSeconds(30).toNanos();

    private static final long MINUTE_NS = Duration.ofMinutes(1).toNanos();
    private static final long NS_PER_MS = 1_000_000L;

    /** One kind of oddity: something that is left out or corrected. */
    private final class Oddity {
        final Figure figure;
        final ToLongFunction<SourceCounters> count;
        final Supplier<String> detail;
        final String text;
        long told;
        long changedNs = Long.MIN_VALUE;

        /** @param text of the log line, with the count and the detail; empty for an oddity that is only counted */
        Oddity(Figure figure, ToLongFunction<SourceCounters> count, Supplier<String> detail, String text) {
            this.figure = figure;
            this.count = count;
            this.detail = detail;
            this.text = text;
        }

        Oddity(Figure figure, SourceOddity kind, String text) {
            this(figure, counters -> count(kind), () -> detail(kind), text);
        }

        Oddity(Figure figure, ToLongFunction<SourceCounters> count, String text) {
            this(figure, count, () -> "", text);
        }

        long tell(SourceCounters counters, long nowNs) {
            long now = count.applyAsLong(counters);
            if (now != told) {
                boolean begins = changedNs == Long.MIN_VALUE || nowNs - changedNs > QUIET_NS;
                changedNs = nowNs;
                if (begins && !text.isEmpty()) {
                    events.accept(new LifeEvent.Warning(
                            "source: " + String.format(Locale.ROOT, text, now - told, detail.get())));
                }
                told = now;
            }
            return now;
        }
    }

    private final List<Oddity> oddities;
    private final SourceTimeline timeline;
    private final List<SourceOddities> sources;
    private final Consumer<StreamEvent> events;
    private boolean twoClocks;
    private long minuteNs;
    private long minuteStartNs;
    private OptionalLong driftPpm = OptionalLong.empty();

    /**
     * @param sources of each source that is read
     * @param tooMuch frames that were dropped because more came than may be held
     */
    SourceReport(
            SourceTimeline timeline, List<SourceOddities> sources, LongSupplier tooMuch, Consumer<StreamEvent> events) {
        this.timeline = timeline;
        this.sources = sources;
        this.events = events;
        this.oddities = oddities(tooMuch);
    }

    /** Reports new oddities and returns all figures. Called about once a second. */
    Map<Figure, Long> tell(long nowNs) {
        SourceCounters counters = timeline.counters();
        Map<Figure, Long> figures = new EnumMap<>(Figure.class);
        oddities.forEach(each -> figures.put(each.figure, each.tell(counters, nowNs)));
        tellClocks(counters);
        drift(nowNs);
        driftPpm.ifPresent(ppm -> figures.put(Figure.SOURCE_DRIFT_PPM, ppm));
        counters.distanceNs().ifPresent(ns -> figures.put(Figure.SOURCE_DISTANCE_MS, ns / NS_PER_MS));
        return figures;
    }

    private List<Oddity> oddities(LongSupplier tooMuch) {
        return List.of(
                new Oddity(
                        Figure.SOURCE_FOREIGN_TRACK,
                        SourceOddity.FOREIGN_TRACK,
                        "%d messages of a track that cannot be carried are left out (%s)"),
                new Oddity(
                        Figure.SOURCE_UNREADABLE,
                        SourceOddity.UNREADABLE,
                        "%d messages that cannot be read are left out (%s)"),
                new Oddity(
                        Figure.SOURCE_NO_CONFIGURATION,
                        SourceOddity.NO_CONFIGURATION,
                        "%d frames before their decoder configuration are left out (%s)"),
                new Oddity(
                        Figure.SOURCE_ADTS,
                        SourceOddity.ADTS,
                        "%d messages carry ADTS headers, which are taken off (%s)"),
                new Oddity(Figure.SOURCE_REFRAMED, SourceOddity.REFRAMED, "%d access units are framed anew (%s)"),
                new Oddity(
                        Figure.SOURCE_COMPOSITION,
                        SourceOddity.COMPOSITION,
                        "%d composition offsets are impossible and were replaced (%s)"),
                new Oddity(
                        Figure.SOURCE_CONFIGURATION,
                        SourceOddity.CONFIGURATION,
                        "the decoder configuration has changed %d times (%s)"),
                new Oddity(Figure.SOURCE_LATE_TRACK, SourceOddity.LATE_TRACK, "the stream cannot begin yet: %2$s"),
                new Oddity(
                        Figure.SOURCE_TOO_FAST,
                        SourceOddity.TOO_FAST,
                        "reading has paused %d times, because the source sends much faster than a live source does"
                                + " (%s)"),
                new Oddity(Figure.SOURCE_BEFORE_ZERO, SourceCounters::beforeZero, ""),
                new Oddity(
                        Figure.SOURCE_FILLED,
                        SourceCounters::silent,
                        "the sound has holes: %d silent frames were put in"),
                new Oddity(
                        Figure.SOURCE_OVERLAPPING,
                        SourceCounters::overlapping,
                        "%d frames of sound came for a place that was taken, and were dropped"),
                new Oddity(
                        Figure.SOURCE_RESTAMPED,
                        SourceCounters::repaired,
                        "%d time stamps were missing, shared or wrong, and were replaced"),
                new Oddity(
                        Figure.SOURCE_STRAY, SourceCounters::strays, "%d frames whose time fits nothing were dropped"),
                new Oddity(Figure.SOURCE_JUMP, SourceCounters::jumps, "the source's time stamps began anew %d times"),
                new Oddity(
                        Figure.SOURCE_SHIFT,
                        SourceCounters::shifts,
                        "a clock of the source has jumped %d times; what follows is put back in its place"),
                new Oddity(
                        Figure.SOURCE_TOO_MUCH,
                        counters -> tooMuch.getAsLong(),
                        "%d frames were dropped, because this stream already holds as much as it may; set a lower bit"
                                + " rate at the encoder, or give the process more memory"));
    }

    private long count(SourceOddity kind) {
        return sources.stream().mapToLong(odd -> odd.count(kind)).sum();
    }

    private String detail(SourceOddity kind) {
        return sources.stream()
                .map(odd -> odd.detail(kind))
                .filter(detail -> !detail.isEmpty())
                .collect(joining("; "));
    }

    private void tellClocks(SourceCounters counters) {
        boolean apart = counters.apartNs() != 0;
        if (apart && !twoClocks) {
            events.accept(new LifeEvent.Warning(String.format(
                    Locale.ROOT,
                    "source: sound and picture count by two clocks, %d ms apart; the sound is put beside the picture"
                            + " by its arrival",
                    -counters.apartNs() / NS_PER_MS)));
        } else if (twoClocks && !apart) {
            events.accept(new LifeEvent.Warning(
                    "source: sound and picture count by one clock; their stamps are believed again"));
        }
        twoClocks = apart;
    }

    private void drift(long nowNs) {
        if (!timeline.clock().known()) {
            return;
        }
        long startNs = timeline.clock().startNs();
        if (minuteNs == 0) {
            minuteNs = nowNs;
            minuteStartNs = startNs;
        } else if (nowNs - minuteNs >= MINUTE_NS) {
            driftPpm = OptionalLong.of(Math.round((startNs - minuteStartNs) * 1e6 / (nowNs - minuteNs)));
            minuteNs = nowNs;
            minuteStartNs = startNs;
        }
    }
}
