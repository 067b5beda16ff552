package io.livedub.line;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.config.SettingsText;
import io.livedub.config.StreamSettings;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * What a stream in a Job says to {@code serve}, and what it hears: without a socket, so that it can be tested without one. Whoever has a
 * connection asks for the {@link #next} text as long as the connection takes one; nothing waits here, and all that waits to be said is bounded.
 *
 * <p>Counted events are numbered and kept, and said from the number on that {@code serve} has last heard. Of a state only the
 * latest is said. Thread-safe.
 */
final class JobTalk implements Consumer<StreamEvent> {
    static final String HELLO = "hello ";
    static final String HEARD = "heard ";
    static final String ALIVE = "alive";
    static final String HOLDS = "= ";
    /** All that was kept has been said: what comes now happens now. */
    static final String NOW = "now";

    private static final int LONGEST_KEPT = 16 << 10;

    private final String run = UUID.randomUUID().toString();
    private final ParentWords words;
    private final Standing standing = new Standing();
    private final Kept counted = new Kept();
    /** By language and kind: of events that hold, those that are still to be said. */
    private final Map<String, StreamEvent> changed = new LinkedHashMap<>();

    private final Queue<StreamEvent> opening = new ArrayDeque<>();
    private StreamSettings settings;
    private String keptForServe = "";
    private String serve = "";
    private boolean helloDue;
    private boolean answered;
    private boolean caughtUp;
    private boolean heardDue;
    private long lastOrder;
    private long said;
    private long lost;

    /** @param settings with which the stream begins */
    JobTalk(StreamSettings settings, ParentWords words) {
        this.settings = settings;
        this.words = words;
    }

    @Override
    public synchronized void accept(StreamEvent event) {
        if (standing.accept(event)) {
            String language = Standing.language(event).orElse("");
            if (event instanceof StreamEvent.OfLanguage of && of.event() instanceof LifeEvent.Gone) {
                changed.keySet().removeIf(key -> key.startsWith(language + " "));
            }
            changed.merge(key(language, event), event, Standing::merged);
        } else {
            String language = Standing.language(event).orElse("");
            EventLine.encode(event).ifPresent(line -> counted.add(language, line));
        }
    }

    private static String key(String language, StreamEvent event) {
        StreamEvent inner = event instanceof StreamEvent.OfLanguage of ? of.event() : event;
        return language + " " + Standing.kind(inner);
    }

    /** A connection is there. */
    synchronized void opened() {
        helloDue = true;
        answered = false;
        heardDue = false;
    }

    /** Null when there is nothing to say. */
    synchronized String next() {
        if (helloDue) {
            helloDue = false;
            return HELLO + new Hello(run, standing.languages(), SettingsText.of(settings), keptForServe).text();
        }
        if (!answered) {
            return null;
        }
        if (heardDue) {
            heardDue = false;
            return HEARD + lastOrder;
        }
        String line = nextOf(opening);
        if (line != null) {
            return line;
        }
        line = nextCounted();
        if (line != null) {
            return line;
        }
        if (!caughtUp) {
            caughtUp = true;
            return NOW;
        }
        return nextChanged();
    }

    private static String nextOf(Queue<StreamEvent> events) {
        for (StreamEvent event = events.poll(); event != null; event = events.poll()) {
            Optional<String> line = EventLine.encode(event);
            if (line.isPresent()) {
                return HOLDS + line.get();
            }
        }
        return null;
    }

    private String nextCounted() {
        for (Kept.Numbered next = counted.after(said); next != null; next = counted.after(said)) {
            lost += caughtUp ? next.number() - said - 1 : 0;
            said = next.number();
            // A language that is gone must not come to life again on the other side.
            if (next.language().isEmpty() || standing.hasLanguage(next.language())) {
                return next.number() + " " + next.line();
            }
        }
        return null;
    }

    private String nextChanged() {
        while (!changed.isEmpty()) {
            var first = changed.entrySet().iterator();
            StreamEvent event = first.next().getValue();
            first.remove();
            Optional<String> line = EventLine.encode(event);
            if (line.isPresent()) {
                return HOLDS + line.get();
            }
        }
        return null;
    }

    /** Obeys a text of {@code serve}. Ignores a text that this version does not know. */
    void heard(String text) {
        String[] parts = text.split(" ", 3);
        try {
            switch (parts[0]) {
                case "from" -> answered(parts[1], Long.parseLong(parts[2]));
                case "order" -> order(Long.parseLong(parts[1]), parts[2]);
                case "keep" -> keep(text.substring("keep ".length()));
                default -> {
                    // Of a newer serve.
                }
            }
        } catch (IndexOutOfBoundsException | NumberFormatException notOurs) {
            // Nor does the stream end of a text that cannot be read.
            return;
        }
    }

    private synchronized void answered(String whose, long from) {
        if (!whose.equals(serve)) {
            serve = whose;
            lastOrder = 0;
        }
        answered = true;
        caughtUp = false;
        said = Math.max(0, Math.min(from, counted.last()));
        Kept.Numbered next = counted.after(said);
        // A serve that begins anew asks for all there is; what was said to the one before is not lost.
        lost += from < 0 || next == null ? 0 : next.number() - said - 1;
        changed.clear();
        opening.clear();
        opening.addAll(standing.events());
    }

    private void order(long number, String word) {
        synchronized (this) {
            heardDue = true;
            if (number <= lastOrder) {
                return;
            }
            lastOrder = number;
            StreamCommand.read(word).ifPresent(command -> settings = command.after(settings));
        }
        ParentWords.tell(word, words);
    }

    private synchronized void keep(String text) {
        if (text.length() <= LONGEST_KEPT) {
            keptForServe = text;
        }
    }

    /** Counted events that were forgotten before they could be said, since the last time that this was asked. */
    synchronized long takeLost() {
        long since = lost;
        lost = 0;
        return since;
    }

    /** Whether all that there is to say has been said. */
    synchronized boolean isDone() {
        return answered && caughtUp && !heardDue && changed.isEmpty() && counted.last() == said;
    }
}
