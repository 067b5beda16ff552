package io.livedub.stream;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.livedub.config.Target;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.StreamStatus.Fate;
import io.livedub.stream.StreamStatus.LanguageStatus;
import io.livedub.stream.StreamStatus.Mark;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;

/** The events of one language, kept as its status. {@link StreamBoard} holds the lock. */
final class LanguageBoard implements Consumer<StreamEvent> {
    /** Two minutes of 6 s segments. */
    private static final int MOST_MARKS = 20;

    /** An hour of 6 s segments; older captions are forgotten. */
    private static final int MOST_CAPTIONS = 600;

    /** Text longer than this in one segment is not speech. */
    private static final int LONGEST_TEXT = 2_000;

    private final String language;
    private final Deque<Mark> strip = new ArrayDeque<>();
    private final Deque<Caption> captions = new ArrayDeque<>();
    private final StreamTotals totals = new StreamTotals();
    private final EventTable shown = new EventTable()
            .on(LifeEvent.LanguageLife.class, this::phase)
            .on(SegmentEvent.Cut.class, this::cut)
            .on(SegmentEvent.Aired.class, this::aired)
            .on(LifeEvent.Resumed.class, this::resumed)
            .on(LifeEvent.DubSwitched.class, switched -> dubOn = switched.on())
            .on(SessionEvent.Session.class, session -> sts = session.to())
            .on(SessionEvent.Breaker.class, changed -> breaker = changed.to())
            .on(
                    SegmentEvent.RoundTrip.class,
                    result -> roundTripNs = OptionalLong.of(result.took().toNanos()));
    private LanguagePhase phase = LanguagePhase.STARTING;
    private String reason = "";
    private String output = "";
    private String sts = "";
    private BreakerState breaker = BreakerState.CLOSED;
    private OptionalLong roundTripNs = OptionalLong.empty();
    private long captionsSoFar;
    private boolean dubOn = true;
    private long offeredNs;
    /** Lengths of the segments that were cut and do not air yet, by their numbers. */
    private final TreeMap<Long, Long> cutNs = new TreeMap<>();

    LanguageBoard(String language) {
        this.language = language;
    }

    @Override
    public void accept(StreamEvent event) {
        totals.accept(event);
        shown.accept(event);
    }

    /** The first one says where it is published. A Job says it again to a new listener, with the phase behind it. */
    private void phase(LifeEvent.LanguageLife changed) {
        if (changed.from() == changed.to()) {
            String said = changed.reason();
            // A worker of another version may say something else there.
            output = said.equals(Target.OUT) || said.startsWith(Target.BESIDE_OUT) ? said : "";
            return;
        }
        phase = changed.to();
        reason = changed.reason();
    }

    private void cut(SegmentEvent.Cut cut) {
        mark(new Mark(cut.batch(), Fate.PENDING, ""));
        cutNs.put(cut.batch(), cut.durationNs());
        if (cutNs.size() > MOST_MARKS) {
            cutNs.pollFirstEntry();
        }
    }

    private void aired(SegmentEvent.Aired aired) {
        cutNs.headMap(aired.batch(), true).clear();
        Mark fate = new Mark(aired.batch(), aired.dubbed() ? Fate.DUBBED : Fate.ORIGINAL, aired.why());
        offeredNs = aired.outputNs() + aired.durationNs();
        if (!replace(fate)) {
            mark(fate);
        }
        if (aired.transcript().isBlank() && aired.translation().isBlank()) {
            return;
        }
        captions.add(new Caption(
                captionsSoFar++,
                aired.batch(),
                aired.outputNs(),
                aired.outputNs() + aired.durationNs(),
                shortened(aired.transcript()),
                shortened(aired.translation())));
        if (captions.size() > MOST_CAPTIONS) {
            captions.remove();
        }
    }

    private void resumed(LifeEvent.Resumed resumed) {
        offeredNs = Math.max(offeredNs, resumed.offeredNs());
    }

    private boolean replace(Mark fate) {
        List<Mark> marks = new ArrayList<>(strip);
        for (int i = marks.size() - 1; i >= 0; i--) {
            if (marks.get(i).batch() == fate.batch()) {
                marks.set(i, fate);
                strip.clear();
                strip.addAll(marks);
                return true;
            }
        }
        return false;
    }

    private void mark(Mark mark) {
        strip.add(mark);
        if (strip.size() > MOST_MARKS) {
            strip.remove();
        }
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }

    LanguageStatus status() {
        return new LanguageStatus(
                language,
                phase,
                reason,
                output,
                sts,
                breaker,
                List.copyOf(strip),
                roundTripNs,
                totals.figures(),
                totals.dubbed(),
                totals.fallbacks(),
                totals.count(SessionEvent.Reconnected.class),
                dubOn,
                offeredNs,
                offeredNs + cutNs.values().stream().mapToLong(Long::longValue).sum());
    }

    List<Caption> captions(long from) {
        return captions.stream().filter(caption -> caption.number() >= from).toList();
    }
}
