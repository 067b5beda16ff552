package io.livedub.stream.supervision;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

import io.livedub.media.MediaClock;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StreamState;
import io.livedub.stream.StreamStatus.Caption;

/**
 * The streams of this process, one for each id. Every method answers at once: what takes time happens in the background.
 *
 * <p>One lock for all: nothing under it waits, and what a start, a hook and an end do to a stream stays in one order.
 */
public final class StreamRegistry {
    /** Streams that failed for good are shown until something is said of them; the oldest of more than these is forgotten. */
    private static final int MOST_SHOWN = 100;

    private final Map<String, Supervised> streams = new LinkedHashMap<>();
    private final StreamLauncher launcher;
    private final Capacity capacity;
    private final MediaClock clock;
    private final InstantSource time;
    private final Function<String, StreamSpec> specs;
    private final SupervisionObserver observer;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private boolean draining;

    public StreamRegistry(
            StreamLauncher launcher,
            Capacity capacity,
            MediaClock clock,
            InstantSource time,
            Function<String, StreamSpec> specs,
            SupervisionObserver observer) {
        this.launcher = launcher;
        this.capacity = capacity;
        this.clock = clock;
        this.time = time;
        this.specs = specs;
        this.observer = observer;
    }

    /**
     * A publisher is there, or somebody wishes the stream.
     *
     * @param source the media server's id of the publisher; empty when it has none
     */
    public synchronized Answer ready(String streamId, String source) {
        if (draining) {
            return new Answer.ShuttingDown();
        }
        Supervised stream = streams.get(streamId);
        boolean isNew = stream == null || !stream.takesRoom();
        if (isNew && !capacity.roomBeside(occupied())) {
            observer.refused(streamId, capacity.limit());
            return new Answer.Full(capacity.limit());
        }
        if (stream == null) {
            stream = new Supervised(specs.apply(streamId), launcher, clock, time, ends);
            streams.put(streamId, stream);
        }
        stream.ready(source);
        return new Answer.Accepted(stream.correlationId(), isNew);
    }

    /**
     * A publisher has gone: the stream ends when none is back within the grace time.
     *
     * @return the correlation id; empty when the stream is not known
     */
    public synchronized Optional<String> notReady(String streamId, String source) {
        Supervised stream = streams.get(streamId);
        if (stream == null) {
            return Optional.empty();
        }
        stream.notReady(source);
        return Optional.of(stream.correlationId());
    }

    /** @return whether there is such a stream; what it holds still airs */
    public synchronized boolean stop(String streamId, String reason) {
        Supervised stream = streams.get(streamId);
        if (stream == null) {
            return false;
        }
        stream.stop(reason);
        return true;
    }

    /**
     * Takes no more streams and stops all there are; those that can do without this process are left on air. Completes when what they
     * held has aired.
     */
    public synchronized CompletableFuture<Void> drain(String reason) {
        draining = true;
        if (launcher.outlivesProcess()) {
            streams.values().forEach(Supervised::leave);
            drained.complete(null);
        } else {
            List.copyOf(streams.values()).forEach(stream -> stream.stop(reason));
            completeWhenDrained();
        }
        return drained;
    }

    public synchronized boolean isDraining() {
        return draining;
    }

    /** Whether another stream would be taken. */
    public synchronized boolean hasRoom() {
        return !draining && capacity.roomBeside(occupied());
    }

    public int limit() {
        return capacity.limit();
    }

    public synchronized int occupied() {
        return (int) streams.values().stream().filter(Supervised::takesRoom).count();
    }

    public synchronized List<StreamListing> all() {
        return streams.values().stream().map(Supervised::listing).toList();
    }

    public synchronized Optional<StreamListing> one(String streamId) {
        return Optional.ofNullable(streams.get(streamId)).map(Supervised::listing);
    }

    /** Captions of a stream from this number on; empty when it is not known. */
    public synchronized List<Caption> captions(String streamId, long from) {
        Supervised stream = streams.get(streamId);
        return stream == null ? List.of() : stream.captions(from);
    }

    private void forgetOldest() {
        List<Supervised> shown = new ArrayList<>(
                streams.values().stream().filter(stream -> !stream.takesRoom()).toList());
        while (shown.size() > MOST_SHOWN) {
            streams.remove(shown.remove(0).streamId());
        }
    }

    private void completeWhenDrained() {
        if (draining && streams.values().stream().noneMatch(Supervised::isRunning)) {
            drained.complete(null);
        }
    }

    private final Supervised.Ends ends = new Supervised.Ends() {
        @Override
        public void locked(Runnable work) {
            synchronized (StreamRegistry.this) {
                work.run();
            }
        }

        @Override
        public void remove(Supervised stream) {
            streams.remove(stream.streamId(), stream);
            observer.removed(stream.streamId());
            completeWhenDrained();
        }

        @Override
        public void failed(Supervised stream, StreamState.Failed failure, boolean restarted) {
            observer.failed(stream.listing(), failure);
            if (!restarted) {
                forgetOldest();
            }
        }
    };
}
