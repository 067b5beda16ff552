package io.livedub.stream;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.StreamStatus.Fate;
import io.livedub.stream.StreamStatus.Mark;
import io.livedub.stream.events.StreamState;

/** A stream's news, kept as its status. Thread-safe. */
public final class StreamBoard implements Consumer<StreamNews> {
    /** Two minutes of 6 s segments. */
    private static final int MOST_MARKS = 20;

    /** An hour of 6 s segments; older captions are forgotten. */
    private static final int MOST_CAPTIONS = 600;

    /** Text longer than this in one segment is not speech. */
    private static final int LONGEST_TEXT = 2_000;

    private final InstantSource time;
    private final Deque<Mark> strip = new ArrayDeque<>();
    private final Deque<Caption> captions = new ArrayDeque<>();
    private final Map<String, Long> fallbacks = new TreeMap<>();
    private StreamState state = StreamState.initial();
    private String reason = "";
    private Instant since;
    private String sts = "";
    private int breaker;
    private OptionalLong roundTripNs = OptionalLong.empty();
    private StreamNews.Measured figures = new StreamNews.Measured(0, 0);
    private Optional<StreamNews.Sound> sound = Optional.empty();
    private int inflight;
    private long segments;
    private long dubbed;
    private long filesLost;
    private long reconnections;
    private long pipelineErrors;
    private long captionsSoFar;

    public StreamBoard(InstantSource time) {
        this.time = time;
        this.since = time.instant();
    }

    @Override
    public synchronized void accept(StreamNews news) {
        if (news instanceof StreamNews.Life life) {
            state = life.state();
            reason = life.reason();
            since = time.instant();
        } else if (news instanceof StreamNews.Cut cut) {
            segments++;
            mark(new Mark(cut.batch(), Fate.PENDING, ""));
        } else if (news instanceof StreamNews.Aired aired) {
            aired(aired);
        } else if (news instanceof StreamNews.Sound now) {
            sound = Optional.of(now);
        } else if (news instanceof StreamNews.RoundTrip roundTrip) {
            roundTripNs = OptionalLong.of(roundTrip.ns());
        } else if (news instanceof StreamNews.Fallback fallback) {
            fallbacks.merge(fallback.reason(), 1L, Long::sum);
        } else if (news instanceof StreamNews.Inflight now) {
            inflight = now.count();
        } else if (news instanceof StreamNews.Breaker now) {
            breaker = now.gauge();
        } else if (news instanceof StreamNews.Sts now) {
            sts = now.state();
        } else if (news instanceof StreamNews.Measured measured) {
            figures = measured;
        } else if (news instanceof StreamNews.FileLost) {
            filesLost++;
        } else if (news instanceof StreamNews.Reconnected) {
            reconnections++;
        } else if (news instanceof StreamNews.PipelineError) {
            pipelineErrors++;
        }
    }

    private void aired(StreamNews.Aired aired) {
        if (aired.dubbed()) {
            dubbed++;
        }
        Mark fate = new Mark(aired.batch(), aired.dubbed() ? Fate.DUBBED : Fate.ORIGINAL, aired.why());
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

    public synchronized StreamStatus status() {
        return new StreamStatus(
                state,
                reason,
                since,
                sts,
                breaker,
                List.copyOf(strip),
                roundTripNs,
                figures.latencyNs(),
                figures.avDeltaNs(),
                inflight,
                segments,
                dubbed,
                Map.copyOf(fallbacks),
                filesLost,
                reconnections,
                pipelineErrors,
                sound);
    }

    /** The captions that are remembered, from this number on. */
    public synchronized List<Caption> captions(long from) {
        return captions.stream().filter(caption -> caption.number() >= from).toList();
    }
}
