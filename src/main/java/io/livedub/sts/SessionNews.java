package io.livedub.sts;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * A session's events on their way to the log. A service can send 200 events a second for as long as it likes, and most of
 * them make a line in the log. Warnings, changes of pace and statistics are therefore logged {@link #LINES} times of each
 * kind in {@link #WINDOW} at the most, and the rest is counted in one line. Everything else passes. Runs in the mailbox.
 */
final class SessionNews implements Consumer<StreamEvent> {
    static final int LINES = 20;
    static final Duration WINDOW = Duration.ofSeconds(10);
    /** Warnings that begin alike are of one kind. The beginnings are the session's own words, so there are few. */
    private static final int BEGINNING = 9;

    private final Consumer<StreamEvent> events;
    private final MediaClock clock;
    private long windowNs;
    private final Map<String, Integer> lines = new HashMap<>();
    private long unsaid;

    SessionNews(MediaClock clock, Consumer<StreamEvent> events) {
        this.clock = clock;
        this.events = events;
        windowNs = clock.nowNs();
    }

    @Override
    public void accept(StreamEvent event) {
        renew();
        if (event instanceof SessionEvent.PaceAsked asked) {
            // The number of these events is a metric, so they pass without their line.
            events.accept(asked.quiet() || room("pace") ? asked : asked.unsaid());
        } else if (event instanceof LifeEvent.Warning warning) {
            String text = warning.message();
            pass(event, text.substring(0, Math.min(BEGINNING, text.length())));
        } else if (event instanceof SessionEvent.Completed) {
            pass(event, "completed");
        } else {
            events.accept(event);
        }
    }

    private void pass(StreamEvent event, String kind) {
        if (room(kind)) {
            events.accept(event);
        }
    }

    private boolean room(String kind) {
        if (lines.merge(kind, 1, Integer::sum) <= LINES) {
            return true;
        }
        unsaid++;
        return false;
    }

    private void renew() {
        if (clock.nowNs() - windowNs >= WINDOW.toNanos()) {
            if (unsaid > 0) {
                events.accept(new LifeEvent.Warning(String.format(
                        Locale.ROOT,
                        "%d more lines about what STS sends were left out: more than %d of a kind in %d s",
                        unsaid,
                        LINES,
                        WINDOW.toSeconds())));
            }
            windowNs = clock.nowNs();
            lines.clear();
            unsaid = 0;
        }
    }
}
