package io.livedub.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

import io.livedub.media.SourceOddities;
import io.livedub.media.SourceOddities.Kind;
import io.livedub.timeline.SourceCounters;
import io.livedub.timeline.SourceTimeline;

/**
 * Tells once a second what the source sends that is left out or put right: each kind as a count, and as a line of the log when a burst of it begins. Used
 * by one thread.
 */
final class SourceReport {
    /** A kind that has been quiet for so long begins a new burst, which is logged again. */
    static final long QUIET_NS = Duration.ofSeconds(30).toNanos();

    private static final long MINUTE_NS = Duration.ofMinutes(1).toNanos();
    private static final long NS_PER_MS = 1_000_000L;

    private static final List<String> TEXTS = List.of(
            "%d messages of a track that cannot be carried are left out (%s)",
            "%d messages that cannot be read are left out (%s)",
            "%d frames before their decoder configuration are left out (%s)",
            "%d messages carry ADTS headers, which are taken off (%s)",
            "%d access units are framed anew (%s)",
            "%d composition offsets cannot be and are replaced (%s)",
            "the decoder configuration has changed %d times (%s)",
            "reading has paused %d times, because the source sends much faster than a live source does (%s)",
            "the sound has holes: %d silent frames were put in",
            "%d frames of sound came for a place that was taken, and were dropped",
            "%d time stamps were missing, shared or wrong, and were replaced",
            "%d frames whose time fits nothing were dropped",
            "the source's count began anew %d times",
            "a clock of the source has jumped %d times; what follows is put back in its place",
            "more comes than can be held: %d frames were dropped");

    private final SourceTimeline timeline;
    private final SourceOddities odd;
    private final LongSupplier tooMuch;
    private final StreamObserver observer;
    private final long[] last = new long[TEXTS.size()];
    private final long[] changedNs = new long[TEXTS.size()];
    private boolean twoClocks;
    private long minuteNs;
    private long minuteStartNs;
    private long driftPpm;

    /** @param tooMuch frames that were dropped because more came than may be held */
    SourceReport(SourceTimeline timeline, SourceOddities odd, LongSupplier tooMuch, StreamObserver observer) {
        this.timeline = timeline;
        this.odd = odd;
        this.tooMuch = tooMuch;
        this.observer = observer;
        Arrays.fill(changedNs, Long.MIN_VALUE);
    }

    /** To be called about once a second. */
    void tell(long nowNs) {
        SourceCounters counters = timeline.counters();
        List<Long> counts = counts(counters);
        for (int i = 0; i < last.length; i++) {
            tellBurst(i, counts.get(i), nowNs);
        }
        tellClocks(counters);
        drift(nowNs);
        long distanceMs = counters.distanceNs().isPresent()
                ? counters.distanceNs().getAsLong() / NS_PER_MS
                : SourceFigures.UNKNOWN;
        observer.source(new SourceFigures(counts, distanceMs, driftPpm));
    }

    private List<Long> counts(SourceCounters counters) {
        List<Long> counts = new ArrayList<>(TEXTS.size());
        for (Kind kind : Kind.values()) {
            counts.add(odd.count(kind));
        }
        counts.addAll(List.of(
                counters.silent(),
                counters.overlapping(),
                counters.repaired(),
                counters.strays(),
                counters.jumps(),
                counters.shifts(),
                tooMuch.getAsLong()));
        return counts;
    }

    private void tellBurst(int kind, long count, long nowNs) {
        if (count == last[kind]) {
            return;
        }
        boolean begins = changedNs[kind] == Long.MIN_VALUE || nowNs - changedNs[kind] > QUIET_NS;
        changedNs[kind] = nowNs;
        if (begins) {
            long more = count - last[kind];
            String detail = kind < Kind.values().length ? odd.detail(Kind.values()[kind]) : "";
            observer.warning("source: " + String.format(Locale.ROOT, TEXTS.get(kind), more, detail));
        }
        last[kind] = count;
    }

    private void tellClocks(SourceCounters counters) {
        boolean apart = counters.apartNs() != 0;
        if (apart && !twoClocks) {
            observer.warning(String.format(
                    Locale.ROOT,
                    "source: sound and picture count by two clocks, %d ms apart; the sound is put beside the picture by its arrival",
                    -counters.apartNs() / NS_PER_MS));
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
            driftPpm = Math.round((startNs - minuteStartNs) * 1e6 / (nowNs - minuteNs));
            minuteNs = nowNs;
            minuteStartNs = startNs;
        }
    }
}
