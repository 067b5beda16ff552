package io.livedub.stream.supervision;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.media.MediaClock;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.events.StreamState;

/**
 * The streams of this process, one for each id. Every method answers at once: what takes time happens in the background.
 *
 * <p>All of it happens under one lock ({@link SupervisionLock}).
 */
public final class StreamRegistry {
    private final SupervisedStreams streams = new SupervisedStreams();
    private final StreamLauncher launcher;
    private final Capacity capacity;
    private final MediaClock clock;
    private final InstantSource time;
    private final Function<String, StreamSpec> specs;
    private final SettingStore store;
    private final SupervisionObserver observer;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final SupervisionLock lock = new SupervisionLock();
    private final Comparison comparison = new Comparison();
    private boolean draining;
    private boolean handingOver;

    public StreamRegistry(
            StreamLauncher launcher,
            Capacity capacity,
            MediaClock clock,
            InstantSource time,
            Function<String, StreamSpec> specs,
            SupervisionObserver observer) {
        this(launcher, capacity, clock, time, specs, SettingStore.NONE, observer);
    }

    /** @param specs what a stream is by the environment alone */
    public StreamRegistry(
            StreamLauncher launcher,
            Capacity capacity,
            MediaClock clock,
            InstantSource time,
            Function<String, StreamSpec> specs,
            SettingStore store,
            SupervisionObserver observer) {
        this.launcher = launcher;
        this.capacity = capacity;
        this.clock = clock;
        this.time = time;
        this.specs = specs;
        this.store = store;
        this.observer = observer;
    }

    private <T> T locked(Supplier<T> work) {
        return lock.locked(work);
    }

    /**
     * A publisher is there, of whose query nothing is known.
     *
     * @param source the media server's id of the publisher; empty when it has none
     */
    public Answer ready(String streamId, String source) {
        return ready(streamId, source, Said.NOTHING);
    }

    /** A publisher is there; a query without settings takes back those of the query before. */
    public Answer ready(String streamId, String source, SettingsPatch query) {
        return ready(streamId, source, Said.byQuery(query));
    }

    /** Another process has left the stream, of which this was said. */
    public Answer resume(String streamId, SettingSources said) {
        return ready(streamId, "", new Said(said.api(), Optional.of(said.query())));
    }

    /** Somebody wishes the stream, with these settings. */
    public Answer wish(String streamId, SettingsPatch api) {
        return ready(streamId, "", Said.byApi(api));
    }

    private Answer ready(String streamId, String source, Said said) {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return locked(() -> {
            comparison.said(streamId, clock.nowNs());
            comparison.wished(streamId);
            return ready(streamId, source, said, memory);
        });
    }

    /**
     * Changes what the API says of a stream; what it does not say stays.
     *
     * @return empty when the stream is not known
     */
    public Optional<SettingsChanged> change(String streamId, SettingsPatch api) {
        return locked(() -> streams.one(streamId)
                .map(known -> new SettingsChanged(known.correlationId(), known.change(Said.byApi(api)))));
    }

    /**
     * Changes the languages of a stream, on air or from its next start on.
     *
     * @param change what it throws is thrown on, and nothing has changed
     * @return whether there is such a stream
     */
    public boolean changeTargets(String streamId, UnaryOperator<List<Target>> change) {
        return locked(() -> {
            streams.one(streamId)
                    .ifPresent(stream -> stream.change(Said.byApi(SettingsPatch.ofTargets(
                            change.apply(stream.settings().targets())))));
            return streams.one(streamId).isPresent();
        });
    }

    /** @return false when there is no such stream that runs, or it cannot be told where it runs */
    public boolean command(String streamId, StreamCommand command) {
        return locked(() ->
                streams.one(streamId).map(stream -> stream.command(command)).orElse(false));
    }

    private Answer ready(String streamId, String source, Said said, boolean memory) {
        if (draining || handingOver) {
            return new Answer.ShuttingDown();
        }
        Supervised stream = streams.one(streamId).orElse(null);
        boolean isNew = stream == null || !stream.takesRoom();
        if (isNew && !capacity.roomBeside(streams.taken(), memory)) {
            lock.say(observer.refused(streamId, capacity.limit()));
            return new Answer.Full(capacity.limit());
        }
        if (stream == null) {
            stream = new Supervised(specs.apply(streamId), store, launcher, clock, time, ends);
            streams.add(stream);
        }
        stream.ready(source, said);
        return new Answer.Accepted(stream.correlationId(), isNew);
    }

    /**
     * A publisher has gone: the stream ends when none is back within the grace time.
     *
     * @return the correlation id; empty when the stream is not known
     */
    public Optional<String> notReady(String streamId, String source) {
        return locked(() -> {
            comparison.said(streamId, clock.nowNs());
            Optional<String> correlationId = streams.one(streamId).map(Supervised::correlationId);
            streams.one(streamId).ifPresent(stream -> stream.notReady(source));
            return correlationId;
        });
    }

    /** Streams of this list whose publisher no hook told of, so that nothing is known of its query. */
    public List<String> unheard(Map<String, String> publishers) {
        return locked(() -> Comparison.unheard(publishers, streams.byId()));
    }

    /**
     * Makes up for hooks that were lost: starts what is there and not running, and tells of publishers that are gone. A stream that an
     * operator has stopped is left alone until another publisher is there.
     */
    public Compared compare(ServerList list) {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return locked(() -> draining || handingOver ? Compared.NOTHING : compare(list, memory));
    }

    private Compared compare(ServerList list, boolean memory) {
        return comparison.compare(
                list,
                streams.byId(),
                () -> capacity.roomBeside(streams.taken(), memory),
                (id, publisher) -> ready(id, publisher, list.said(id), memory));
    }

    /** @return whether there is such a stream; what it holds still airs */
    public boolean stop(String streamId, String reason) {
        return locked(() -> {
            Optional<Supervised> stream = streams.one(streamId);
            stream.ifPresent(known -> {
                comparison.said(streamId, clock.nowNs());
                comparison.stoppedBy(streamId, known.publisher());
                known.stop(reason);
            });
            return stream.isPresent();
        });
    }

    /**
     * Takes no more streams and stops all there are; those that can do without this process are left on air. Completes when what they
     * held has aired.
     */
    public CompletableFuture<Void> drain(String reason) {
        return locked(() -> {
            draining = true;
            if (launcher.outlivesProcess()) {
                streams.all().forEach(Supervised::leave);
                drained.complete(null);
            } else {
                streams.all().forEach(stream -> stream.stop(reason));
                completeWhenDrained();
            }
            return drained;
        });
    }

    /**
     * Another process takes the streams over: no more are taken here.
     *
     * @return whether none runs here any more
     */
    public boolean handOver() {
        return locked(() -> {
            handingOver = true;
            return streams.noneRuns();
        });
    }

    public boolean isHandingOver() {
        return locked(() -> handingOver);
    }

    /** The other process does not take them over after all. */
    public void keep() {
        locked(() -> handingOver = false);
    }

    public boolean isDraining() {
        return locked(() -> draining);
    }

    /** Whether another stream would be taken. */
    public boolean hasRoom() {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return locked(() -> !draining && !handingOver && capacity.roomBeside(streams.taken(), memory));
    }

    public int limit() {
        return capacity.limit();
    }

    public int occupied() {
        return locked(streams::taken);
    }

    public List<StreamListing> all() {
        return locked(() -> streams.all().stream().map(Supervised::listing).toList());
    }

    public Optional<StreamListing> one(String streamId) {
        return locked(() -> streams.one(streamId).map(Supervised::listing));
    }

    /** Captions of a stream's first language from this number on; empty when it is not known. */
    public List<Caption> captions(String streamId, long from) {
        return captions(streamId, board -> board.captions(from));
    }

    /** The same of any language. */
    public List<Caption> captions(String streamId, String language, long from) {
        return captions(streamId, board -> board.captions(language, from));
    }

    private List<Caption> captions(String streamId, Function<StreamBoard, List<Caption>> of) {
        return locked(() ->
                streams.one(streamId).map(stream -> of.apply(stream.board())).orElse(List.of()));
    }

    private void completeWhenDrained() {
        if (draining && streams.noneRuns()) {
            drained.complete(null);
        }
    }

    private final Supervised.Ends ends = new Supervised.Ends() {
        @Override
        public void locked(Runnable work) {
            StreamRegistry.this.locked(() -> {
                work.run();
                return null;
            });
        }

        @Override
        public void remove(Supervised stream) {
            store.keep(stream.streamId(), SettingSources.NONE);
            comparison.said(stream.streamId(), clock.nowNs());
            streams.remove(stream);
            observer.removed(stream.streamId());
            completeWhenDrained();
        }

        @Override
        public void failed(Supervised stream, StreamState.Failed failure, boolean restarted) {
            comparison.said(stream.streamId(), clock.nowNs());
            lock.say(observer.failed(stream.listing(), failure));
            if (!restarted) {
                streams.forgetOldest(observer::removed);
            }
        }
    };
}
