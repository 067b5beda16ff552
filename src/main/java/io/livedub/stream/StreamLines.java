package io.livedub.stream;

import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.livedub.observe.StreamLog;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.LoggedLine;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

import static java.util.stream.Collectors.joining;

/** A stream's events as lines of the log; the last line says what the stream came to. */
public final class StreamLines implements Consumer<StreamEvent> {
    private final StreamLog log;
    private final LongSupplier nowNs;
    private final long startedNs;
    private final StreamTotals totals = new StreamTotals();
    private final Set<String> languages = new HashSet<>();

    public StreamLines(StreamLog log, LongSupplier nowNs) {
        this.log = log;
        this.nowNs = nowNs;
        this.startedNs = nowNs.getAsLong();
    }

    @Override
    public void accept(StreamEvent event) {
        totals.accept(event);
        event.line().ifPresent(line -> write(line, inFront(event)));
        if (event instanceof LifeEvent.Life life && life.to().isOver()) {
            log.info(last(life.to(), life.reason()), fields(life.to(), life.reason()));
        }
    }

    /** In a stream with several languages, a line begins with the language that it concerns. */
    private synchronized String inFront(StreamEvent event) {
        if (!(event instanceof StreamEvent.OfLanguage of)) {
            return "";
        }
        languages.add(of.language());
        return languages.size() == 1 ? "" : of.language() + ": ";
    }

    private void write(LoggedLine line, String inFront) {
        String message = inFront + line.message();
        switch (line.level()) {
            case INFO -> log.info(message, line.fields());
            case WARN -> log.warn(message, line.fields());
            case ERROR -> log.defect(message, line.cause().orElse(null));
        }
    }

    /**
     * What {@code run} ends with.
     *
     * @param reason why it ended; a signal is named as {@code run} names it
     */
    public static int exitCode(StreamState end, String reason) {
        int code = end.exitCode().code();
        return code != ExitCode.OK.code()
                ? code
                : StopSignal.named(reason).map(StopSignal::exitCode).orElse(code);
    }

    public String last(StreamState end, String reason) {
        return String.format(
                Locale.ROOT,
                "the stream is over after %s s: %d pictures and %d audio frames sent, %d segments, %d dubbed, fallbacks: %s;"
                        + " exit code %d: %s",
                seconds(),
                frames(Figure.OUTPUT_VIDEO_FRAMES),
                frames(Figure.OUTPUT_AUDIO_FRAMES),
                totals.count(SegmentEvent.Cut.class),
                totals.dubbed(),
                fallbackText(),
                exitCode(end, reason),
                reason);
    }

    /** The same figures, name, value, name, value, … */
    public Object[] fields(StreamState end, String reason) {
        return new Object[] {
            "duration_s", Double.valueOf(seconds()),
            "video_frames", frames(Figure.OUTPUT_VIDEO_FRAMES),
            "audio_frames", frames(Figure.OUTPUT_AUDIO_FRAMES),
            "segments", totals.count(SegmentEvent.Cut.class),
            "dubbed", totals.dubbed(),
            "fallbacks", fallbackText(),
            "exit_code", exitCode(end, reason),
            "reason", reason
        };
    }

    private long frames(Figure track) {
        return totals.figures().getOrDefault(track, 0L);
    }

    private String seconds() {
        return String.format(Locale.ROOT, "%.1f", (nowNs.getAsLong() - startedNs) / 1e9);
    }

    private String fallbackText() {
        Map<String, Long> fallbacks = totals.fallbacks();
        return fallbacks.isEmpty()
                ? "none"
                : fallbacks.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(joining(", "));
    }
}
