package io.livedub.line;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.livedub.stream.events.Figure;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamEvent.OfLanguage;

/**
 * What holds of a stream now: the last word on its state and on each of its languages. It is said again on each new connection, so that
 * whoever was away, or has begun anew, needs no history. Used by one thread at a time.
 */
final class Standing {
    /** Events whose last one holds until the next; all others are counted, and none of those may be said twice. */
    private static final Set<Class<? extends StreamEvent>> KINDS = Set.of(
            LifeEvent.Life.class,
            LifeEvent.LanguageLife.class,
            SessionEvent.Session.class,
            SessionEvent.Breaker.class,
            LifeEvent.DubSwitched.class,
            LifeEvent.Figures.class);

    private final Facts stream = new Facts();
    /** In the order in which the languages began, which is the order in which they are shown. */
    private final Map<String, Facts> languages = new LinkedHashMap<>();

    /** @return whether it is an event of this kind */
    boolean accept(StreamEvent event) {
        if (!(event instanceof OfLanguage of)) {
            return stream.accept(event);
        }
        if (of.event() instanceof LifeEvent.Gone) {
            languages.remove(of.language());
            return true;
        }
        return languages.computeIfAbsent(of.language(), language -> new Facts()).accept(of.event());
    }

    List<String> languages() {
        return List.copyOf(languages.keySet());
    }

    boolean hasLanguage(String language) {
        return languages.containsKey(language);
    }

    List<StreamEvent> events() {
        List<StreamEvent> all = new ArrayList<>(stream.events());
        languages.forEach(
                (language, facts) -> facts.events().forEach(event -> all.add(new OfLanguage(language, event))));
        return all;
    }

    /** Each event of figures holds only those that were measured just now. */
    static StreamEvent merged(StreamEvent before, StreamEvent now) {
        if (before instanceof OfLanguage was && now instanceof OfLanguage is) {
            return merged(was.event(), is.event()).of(is.language());
        }
        if (before instanceof LifeEvent.Figures known && now instanceof LifeEvent.Figures newer) {
            Map<Figure, Long> all = new EnumMap<>(Figure.class);
            all.putAll(known.figures());
            all.putAll(newer.figures());
            return new LifeEvent.Figures(all);
        }
        return now;
    }

    private static final class Facts {
        private final Map<String, StreamEvent> last = new LinkedHashMap<>();

        boolean accept(StreamEvent event) {
            if (!KINDS.contains(event.getClass())) {
                return false;
            }
            last.merge(kind(event), event, Standing::merged);
            return true;
        }

        List<StreamEvent> events() {
            return List.copyOf(last.values());
        }
    }

    /** Events of one kind replace each other. A language's first word says where it is published, and stays beside those that follow. */
    static String kind(StreamEvent event) {
        boolean first = event instanceof LifeEvent.LanguageLife life && life.from() == life.to();
        return event.getClass().getSimpleName() + (first ? " first" : "");
    }

    /** The language that an event is of. */
    static Optional<String> language(StreamEvent event) {
        return event instanceof OfLanguage of ? Optional.of(of.language()) : Optional.empty();
    }
}
