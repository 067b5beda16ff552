package io.livedub.stream.supervision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.id.StreamId;

/** The streams of a process by their id, oldest first. Used with the registry's lock held. */
final class SupervisedStreams {
    /** Streams that failed for good are shown until something is said of them; the oldest of more than these is forgotten. */
    private static final int MOST_SHOWN = 100;

    private final Map<StreamId, Supervised> byId = new LinkedHashMap<>();

    Map<StreamId, Supervised> byId() {
        return Collections.unmodifiableMap(byId);
    }

    /** A copy: what is done to a stream may remove it. */
    List<Supervised> all() {
        return List.copyOf(byId.values());
    }

    Optional<Supervised> one(StreamId streamId) {
        return Optional.ofNullable(byId.get(streamId));
    }

    void add(Supervised stream) {
        byId.put(stream.streamId(), stream);
    }

    /** Does nothing when another stream has its id by now. */
    void remove(Supervised stream) {
        byId.remove(stream.streamId(), stream);
    }

    /** Streams that count against the capacity. */
    int taken() {
        return (int) byId.values().stream().filter(Supervised::takesRoom).count();
    }

    boolean noneRuns() {
        return byId.values().stream().noneMatch(Supervised::isRunning);
    }

    /** @param removed told of the id of each that is forgotten */
    void forgetOldest(Consumer<StreamId> removed) {
        List<Supervised> shown =
                byId.values().stream().filter(stream -> !stream.takesRoom()).toList();
        shown.subList(0, Math.max(0, shown.size() - MOST_SHOWN)).forEach(oldest -> {
            remove(oldest);
            removed.accept(oldest.streamId());
        });
    }
}
