package io.livedub.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

import io.livedub.dub.Dubber;
import io.livedub.id.StreamId;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.SegmentEvent;

/** The times of one segment, on the clock. Holds no frame. */
final class FollowedSegment {
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final long batch;
    private final long durationNs;
    private final long receivedNs;
    private final long cutNs;
    private long sentNs = UNKNOWN;
    private long sends;
    private long answeredNs = UNKNOWN;
    private long roundTripNs;
    private long fitBeganNs = UNKNOWN;
    private long fittedNs = UNKNOWN;
    private long decidedNs;
    private Optional<FallbackReason> reason = Optional.empty();
    private String detail = "";
    private long airNs = UNKNOWN;
    private boolean dubbed;
    private boolean onAir;

    FollowedSegment(long batch, long durationNs, long receivedNs, long cutNs) {
        this.batch = batch;
        this.durationNs = durationNs;
        this.receivedNs = receivedNs;
        this.cutNs = cutNs;
        this.decidedNs = cutNs;
    }

    void sent(long nowNs) {
        if (sends++ == 0) {
            sentNs = nowNs;
        }
    }

    void answered(long nowNs, Duration roundTrip) {
        answeredNs = nowNs;
        roundTripNs = roundTrip.toNanos();
    }

    void fitted(long nowNs, Duration took) {
        fitBeganNs = nowNs - took.toNanos();
        fittedNs = nowNs;
        decidedNs = nowNs;
    }

    void fallback(long nowNs, FallbackReason why, String text) {
        reason = Optional.of(why);
        detail = text;
        if (airNs == UNKNOWN) {
            decidedNs = nowNs;
        }
    }

    void placed(SegmentEvent.Aired aired) {
        airNs = aired.airNs();
        dubbed = aired.dubbed();
        if (reason.isEmpty()) {
            detail = aired.why();
        }
    }

    void onAir() {
        onAir = true;
    }

    /** Whether the segment is on air, and the reason is known if it was sent and is not dubbed. The reason of a late result comes with that result. */
    boolean isComplete() {
        return onAir && (dubbed || reason.isPresent() || sends == 0);
    }

    /** The root first. */
    List<Span> spans(StreamId streamId, String language, UUID fragmentId, long epochNs, long nowNs) {
        String trace = fragmentId.toString().replace("-", "");
        String root = spanId();
        long endNs = onAir ? airNs : nowNs;
        List<Span> spans = new ArrayList<>();
        spans.add(new Span(
                trace,
                root,
                "",
                "segment",
                false,
                receivedNs + epochNs,
                endNs + epochNs,
                attributes(streamId, language, fragmentId),
                dubbed && onAir ? Optional.empty() : Optional.of(onAir ? detail : "the stream ended before")));
        child(spans, trace, root, "receive", receivedNs, cutNs, epochNs);
        if (sends > 0) {
            long answered = answeredNs == UNKNOWN ? Math.max(decidedNs, sentNs) : answeredNs;
            spans.add(new Span(
                    trace,
                    spanId(),
                    root,
                    "sts",
                    true,
                    sentNs + epochNs,
                    answered + epochNs,
                    Map.of("sends", sends),
                    answeredNs == UNKNOWN ? Optional.of("no result") : Optional.empty()));
        }
        if (fittedNs != UNKNOWN) {
            child(spans, trace, root, "fit", fitBeganNs, fittedNs, epochNs);
        }
        if (onAir) {
            child(spans, trace, root, "wait", Math.min(decidedNs, airNs), airNs, epochNs);
        }
        return spans;
    }

    private Map<String, Object> attributes(StreamId streamId, String language, UUID fragmentId) {
        // The same names as in the log, so that a reader finds the log line of a trace.
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("streamId", streamId.value());
        attributes.put("language", language);
        attributes.put("batch", batch);
        attributes.put("fragmentId", fragmentId.toString());
        attributes.put("durationMs", durationNs / 1_000_000);
        attributes.put("outcome", !onAir ? "not aired" : dubbed ? "dubbed" : "original");
        reason.ifPresent(why -> attributes.put("reason", why.label()));
        attributes.put("detail", detail);
        if (answeredNs != UNKNOWN) {
            attributes.put("roundTripMs", roundTripNs / 1_000_000);
            if (airNs != UNKNOWN) {
                attributes.put("deadlineSlackMs", (airNs - Dubber.FIT_MARGIN.toNanos() - answeredNs) / 1_000_000);
            }
        }
        return attributes;
    }

    private static void child(
            List<Span> spans, String trace, String root, String name, long startNs, long endNs, long epochNs) {
        spans.add(new Span(
                trace, spanId(), root, name, false, startNs + epochNs, endNs + epochNs, Map.of(), Optional.empty()));
    }

    /** Zero is no id. */
    private static String spanId() {
        return String.format(Locale.ROOT, "%016x", ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE));
    }
}
