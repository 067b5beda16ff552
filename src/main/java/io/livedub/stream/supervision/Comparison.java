package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

import io.livedub.id.StreamId;

/**
 * What the media server's list has to be weighed against: words that came after it was asked for, and streams that an operator has
 * stopped while their publisher stayed. Called with the registry's lock held.
 */
final class Comparison {
    /** A hook that is not lost comes within a second or two. Two lists, 15 s apart, must agree before one counts as lost. */
    private static final Duration ABSENCE = Duration.ofSeconds(25);

    /** Far more than one worker has streams; the oldest are forgotten. */
    private static final int MOST = 10_000;

    private final Map<StreamId, Long> lastWordNs = bounded();
    private final Map<StreamId, Long> absentSinceNs = bounded();
    /** The publisher that was there when an operator stopped the stream; empty while it is not known. */
    private final Map<StreamId, String> stopped = bounded();

    private static <V> Map<StreamId, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<StreamId, V> eldest) {
                return size() > MOST;
            }
        };
    }

    /** A hook, an operator or the stream itself said something of it. */
    void said(StreamId streamId, long nowNs) {
        // Removed first: the order of insertion decides which is forgotten.
        lastWordNs.remove(streamId);
        lastWordNs.put(streamId, nowNs);
        absentSinceNs.remove(streamId);
    }

    void wished(StreamId streamId) {
        stopped.remove(streamId);
    }

    void stoppedBy(StreamId streamId, String publisher) {
        stopped.remove(streamId);
        stopped.put(streamId, publisher);
    }

    /** A hook or a request that came after the list was asked for counts more than the list. */
    boolean isNews(StreamId streamId, long askedNs) {
        Long last = lastWordNs.get(streamId);
        return last == null || last - askedNs < 0;
    }

    /** Whether an operator has stopped the stream while this publisher was there. */
    boolean isStopped(StreamId streamId, String publisher) {
        String then = stopped.get(streamId);
        if (then == null) {
            return false;
        }
        if (then.isEmpty()) {
            stopped.put(streamId, publisher);
            return true;
        }
        return publisher.isEmpty() || publisher.equals(then);
    }

    void present(StreamId streamId) {
        absentSinceNs.remove(streamId);
    }

    /** @return whether its publisher has been away for longer than a hook takes */
    boolean absent(StreamId streamId, long askedNs) {
        Long since = absentSinceNs.putIfAbsent(streamId, askedNs);
        return since != null && askedNs - since >= ABSENCE.toNanos();
    }

    /** Forgets the stop of a stream whose publisher has gone, so that the next publisher starts the stream. */
    void forgetStopsOfThoseNotIn(ServerList list) {
        stopped.keySet().removeIf(id -> !list.publishers().containsKey(id) && isNews(id, list.askedNs()));
    }

    /**
     * @param room whether another stream would be taken
     * @param start a stream, with the server's id of its publisher
     */
    Compared compare(
            ServerList list,
            Map<StreamId, Supervised> streams,
            BooleanSupplier room,
            BiConsumer<StreamId, String> start) {
        Compared found = new Compared(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        list.publishers().forEach((id, publisher) -> {
            present(id);
            Supervised stream = streams.get(id);
            boolean wanted = isNews(id, list.askedNs())
                    && !isStopped(id, publisher)
                    && (stream == null || stream.misses(publisher));
            if (!wanted) {
                return;
            }
            boolean needsRoom = stream == null || !stream.takesRoom();
            if (needsRoom && !room.getAsBoolean()) {
                found.withoutRoom().add(id);
            } else {
                wished(id);
                start.accept(id, publisher);
                found.started().add(id);
            }
        });
        // An empty list is what a server answers that has just been started.
        if (list.complete() && !list.publishers().isEmpty()) {
            forgetStopsOfThoseNotIn(list);
            List.copyOf(streams.values()).stream()
                    .filter(stream -> !list.publishers().containsKey(stream.streamId()))
                    .filter(stream -> stream.expectsPublisher() && isNews(stream.streamId(), list.askedNs()))
                    .filter(stream -> absent(stream.streamId(), list.askedNs()))
                    .forEach(stream -> {
                        stream.publisherIsMissing();
                        found.gone().add(stream.streamId());
                    });
        }
        return found;
    }

    static List<StreamId> unheard(Map<StreamId, String> publishers, Map<StreamId, Supervised> streams) {
        return publishers.entrySet().stream()
                .filter(each -> {
                    Supervised stream = streams.get(each.getKey());
                    return stream == null || !stream.publisher().equals(each.getValue());
                })
                .map(Map.Entry::getKey)
                .toList();
    }
}
