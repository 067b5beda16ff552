package io.livedub.stream.supervision;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
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
    private final Function<StreamId, StreamSpec> specs;
    private final SettingStore store;
    private final SupervisionObserver observer;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private final SupervisionLock lock = new SupervisionLock();
    private final Comparison comparison = new Comparison();
    private boolean draining;
    private final HandingOver handingOver = new HandingOver();

    /** @param specs what a stream is by the environment alone */
    public StreamRegistry(
            StreamLauncher launcher,
            Capacity capacity,
            MediaClock clock,
            InstantSource time,
            Function<StreamId, StreamSpec> specs,
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

    /**
     * A publisher is there, of whose query nothing is known.
     *
     * @param source the media server's id of the publisher; empty when it has none
     */
    public StartAnswer ready(StreamId streamId, String source) {
        return ready(streamId, source, SaidSettings.NOTHING);
    }

    /** A publisher is there; a query without settings takes back those of the query before. */
    public StartAnswer ready(StreamId streamId, String source, SettingsPatch query) {
        return ready(streamId, source, SaidSettings.byQuery(query));
    }

    /** Starts a stream that another process has left, with the settings that it had. */
    public StartAnswer resume(StreamId streamId, SettingSources said) {
        return ready(streamId, "", new SaidSettings(said.api(), Optional.of(said.query())));
    }

    /** Starts the stream with these settings, unless it runs already. */
    public StartAnswer wish(StreamId streamId, SettingsPatch api) {
        return ready(streamId, "", SaidSettings.byApi(api));
    }

    private StartAnswer ready(StreamId streamId, String source, SaidSettings said) {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return lock.locked(() -> {
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
    public Optional<SettingsChanged> change(StreamId streamId, SettingsPatch api) {
        return lock.locked(() -> streams.one(streamId)
                .map(known -> new SettingsChanged(known.correlationId(), known.change(SaidSettings.byApi(api)))));
    }

    /**
     * Changes the languages of a stream, on air or from its next start on.
     *
     * @param change what it throws is thrown on, and nothing has changed
     * @return whether there is such a stream
     */
    public boolean changeTargets(StreamId streamId, UnaryOperator<List<Target>> change) {
        return lock.locked(() -> {
            streams.one(streamId)
                    .ifPresent(stream -> stream.change(SaidSettings.byApi(SettingsPatch.ofTargets(
                            change.apply(stream.settings().targets())))));
            return streams.one(streamId).isPresent();
        });
    }

    /** @return false when there is no such stream that runs, or it cannot be told where it runs */
    public boolean command(StreamId streamId, StreamCommand command) {
        return lock.locked(() ->
                streams.one(streamId).map(stream -> stream.command(command)).orElse(false));
    }

    private StartAnswer ready(StreamId streamId, String source, SaidSettings said, boolean memory) {
        if (draining || handingOver.isUnderWay()) {
            return new StartAnswer.ShuttingDown();
        }
        Supervised stream = streams.one(streamId).orElse(null);
        boolean isNew = stream == null || !stream.takesRoom();
        if (isNew && !capacity.roomBeside(streams.taken(), memory)) {
            lock.say(observer.refused(streamId, capacity.limit()));
            return new StartAnswer.Full(capacity.limit());
        }
        if (stream == null) {
            stream = new Supervised(specs.apply(streamId), store, launcher, clock, time, ends);
            streams.add(stream);
        }
        stream.ready(source, said);
        return new StartAnswer.Accepted(stream.correlationId(), isNew);
    }

    /**
     * A publisher has gone: the stream ends when none is back within the grace time.
     *
     * @return the correlation id; empty when the stream is not known
     */
    public Optional<String> notReady(StreamId streamId, String source) {
        return lock.locked(() -> {
            comparison.said(streamId, clock.nowNs());
            Optional<String> correlationId = streams.one(streamId).map(Supervised::correlationId);
            streams.one(streamId).ifPresent(stream -> stream.notReady(source));
            return correlationId;
        });
    }

    /** Streams of this list whose publisher no hook told of, so that nothing is known of its query. */
    public List<StreamId> unheard(Map<StreamId, String> publishers) {
        return lock.locked(() -> Comparison.unheard(publishers, streams.byId()));
    }

    /**
     * Makes up for hooks that were lost: starts what is there and not running, and tells of publishers that are gone. A stream that an
     * operator has stopped is left alone until another publisher is there.
     */
    public Compared compare(ServerList list) {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return lock.locked(() -> draining || handingOver.isUnderWay() ? Compared.NOTHING : compare(list, memory));
    }

    private Compared compare(ServerList list, boolean memory) {
        return comparison.compare(
                list,
                streams.byId(),
                () -> capacity.roomBeside(streams.taken(), memory),
                (id, publisher) -> ready(id, publisher, list.said(id), memory));
    }

    /** @return whether there is such a stream; what it holds still airs */
    public boolean stop(StreamId streamId, String reason) {
        return lock.locked(() -> {
            Optional<Supervised> stream = streams.one(streamId);
            stream.ifPresent(known -> {
                comparison.said(streamId, clock.nowNs());
                comparison.stoppedBy(streamId, known.publisher());
                known.stop(running -> running.stop(reason));
            });
            return stream.isPresent();
        });
    }

    /**
     * Takes no more streams and tells all there are to end, by {@code word}; those that can do without this process are left on air. Completes
     * when what they held has aired.
     */
    public CompletableFuture<Void> drain(Consumer<RunningStream> word) {
        return lock.locked(() -> {
            draining = true;
            boolean stay = launcher.outlivesProcess();
            streams.all().forEach(stay ? Supervised::leave : stream -> stream.stop(word));
            if (stay) {
                drained.complete(null);
            }
            completeWhenDrained();
            return drained;
        });
    }

    /**
     * Another process takes the streams over: none begins here any more.
     *
     * @return streams that have ended unseen, which that process has to begin anew
     */
    public Set<StreamId> handOver() {
        return lock.locked(() -> handingOver.begin(streams, clock.nowNs()));
    }

    /** Whether no stream runs here any more. */
    public boolean isIdle() {
        return lock.locked(streams::noneRuns);
    }

    public boolean isHandingOver() {
        return lock.locked(handingOver::isUnderWay);
    }

    /** The other process does not take them over after all. */
    public void keep() {
        lock.locked(() -> handingOver.end(clock.nowNs())).forEach(streamId -> ready(streamId, ""));
    }

    public boolean isDraining() {
        return lock.locked(() -> draining);
    }

    /** Whether another stream would be taken. */
    public boolean hasRoom() {
        boolean memory = capacity.memoryLeft().getAsBoolean();
        return lock.locked(
                () -> !draining && !handingOver.isUnderWay() && capacity.roomBeside(streams.taken(), memory));
    }

    public int limit() {
        return capacity.limit();
    }

    public int occupied() {
        return lock.locked(streams::taken);
    }

    public List<StreamListing> all() {
        return lock.locked(() -> streams.all().stream().map(Supervised::listing).toList());
    }

    public Optional<StreamListing> one(StreamId streamId) {
        return lock.locked(() -> streams.one(streamId).map(Supervised::listing));
    }

    /** What is shown of a stream; any thread may read it. */
    public Optional<StreamBoard> board(StreamId streamId) {
        return lock.locked(() -> streams.one(streamId).map(Supervised::board));
    }

    private void completeWhenDrained() {
        if (draining && streams.noneRuns()) {
            drained.complete(null);
        }
    }

    private final Supervised.Ends ends = new Supervised.Ends() {
        @Override
        public void locked(Runnable work) {
            lock.locked(() -> {
                work.run();
                return null;
            });
        }

        @Override
        public void remove(Supervised stream) {
            if (!draining && !handingOver.mayLeave(clock.nowNs())) {
                // Else they are of whoever goes on with the stream, or begins it anew.
                store.keep(stream.streamId(), SettingSources.NONE);
            }
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
