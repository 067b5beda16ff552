package io.livedub.stream.chain;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;

import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/** One stream from its source to its outputs, with the commands that it takes while it runs. {@link StreamChain} is the way of its data. */
public final class StreamWorker {
    private final StreamSpec spec;
    private final Consumer<StreamEvent> events;
    private final LiveStreams live;
    private final StreamLife life;
    private final Optional<Standby> standby;
    private final Function<Optional<StreamSpool>, StreamParts> assembly;
    /** Null while the worker stands by. */
    private volatile StreamChain chain;
    /** Why it is to end, said while it stood by; null: nobody has said so. */
    private volatile String stopped;
    /** Whether it is being left to the next process. */
    private volatile boolean leaves;

    StreamWorker(StreamSpec spec, StreamParts parts, LiveStreams live) {
        this(spec, parts.events(), live, Optional.empty(), spool -> parts);
        this.chain = new StreamChain(spec, parts, life);
    }

    /**
     * @param standby waits for another process to let go of the stream
     * @param assembly makes the parts for what that process has left
     */
    StreamWorker(
            StreamSpec spec,
            Consumer<StreamEvent> events,
            LiveStreams live,
            Optional<Standby> standby,
            Function<Optional<StreamSpool>, StreamParts> assembly) {
        this.spec = spec;
        this.live = live;
        this.events = events;
        this.life = new StreamLife(events);
        this.standby = standby;
        this.assembly = assembly;
    }

    /** Runs the stream until it is over. Completes with {@link StreamState.Ended} or {@link StreamState.Failed}; never fails. */
    public Uni<StreamState> run() {
        return Uni.createFrom()
                .emitter(emitter -> standby.ifPresentOrElse(its -> standBy(its, emitter), () -> start(emitter)));
    }

    private void start(UniEmitter<? super StreamState> emitter) {
        StreamChain its = chain;
        StreamEnding ending = its.ending();
        ending.onOver(last -> {
            live.remove(this);
            var unused = its.spool().over(last).thenRun(() -> emitter.complete(last));
        });
        live.add(this);
        its.spool().begin(its.handOver()::asked);
        Multi<?> way = its.parts().passthrough() ? its.relayed() : its.dubbed();
        ending.chain(way.subscribe().with(ignored -> {}, ending::defect, ending::finish));
    }

    private void standBy(Standby its, UniEmitter<? super StreamState> emitter) {
        its.begin(new Standby.StandbyEnd() {
            private StreamChain prepared;
            private boolean over;

            @Override
            public void prepare(StreamSpool spool) {
                StreamChain made = new StreamChain(spec, assembly.apply(Optional.of(spool)), life);
                synchronized (this) {
                    if (!over) {
                        prepared = made;
                        return;
                    }
                }
                made.forget();
            }

            @Override
            public void goOn(Optional<StreamSpool> spool) {
                try {
                    if (prepared != null && !prepared.parts().spool().equals(spool)) {
                        prepared.forget();
                        prepared = null;
                    }
                    its.gate().open();
                    chain = prepared != null ? prepared : new StreamChain(spec, assembly.apply(spool), life);
                    start(emitter);
                    // It may have been said when nobody waited any more, and nothing ran yet.
                    Optional.ofNullable(stopped).ifPresent(StreamWorker.this::stop);
                } catch (RuntimeException | Error failure) {
                    if (chain == null) {
                        spool.ifPresent(StreamSpool::giveBack);
                    }
                    events.accept(new LifeEvent.Defect(failure));
                    over(new StreamState.Failed(
                            "internal error: " + failure,
                            failure instanceof StreamFailure known ? known.exitCode() : ExitCode.of(failure)));
                }
            }

            @Override
            public void over(StreamState end) {
                synchronized (this) {
                    over = true;
                }
                if (prepared != null) {
                    prepared.forget();
                }
                life.change(
                        end.reason(),
                        state -> end instanceof StreamState.Failed failed
                                ? state.fail(failed.reason(), failed.exitCode())
                                : end);
                emitter.complete(end);
            }
        });
    }

    /** No more is read; what is held airs. Does not block. */
    public void stop(String reason) {
        if (chain == null) {
            stopped = reason;
            standby.ifPresent(waiting -> waiting.giveUp(new StreamState.Ended(reason)));
        }
        StreamChain its = chain;
        if (its != null && its.handOver().endHere()) {
            its.ending().drain(reason);
        }
    }

    /**
     * The process ends, and the next one is to go on with the stream: until what was read by now has aired, the source is read, dubbed and spooled as
     * before. Where nothing can be left for another process, or the stream ends anyway, as {@link #stop}. Does not block.
     */
    public void leave(String reason) {
        StreamChain its = chain;
        boolean ends = state() instanceof StreamState.Draining && !leaves;
        if (its == null || ends || its.handOver().isUnderWay() || !its.spool().canBeLeft()) {
            stop(reason);
            return;
        }
        leaves = true;
        if (its.parts().passthrough()) {
            its.spool().leave();
            its.ending().drain(reason);
        } else {
            its.ending().readOn(reason);
            its.handOver().leaveBehind(its.spool().readUntilNs());
        }
    }

    /**
     * It is over, and nothing more is to be shown of it: its series disappear. Not done at the end itself: in {@code run} the process ends
     * with the stream, and the last scrape is to find what it came to.
     */
    public void forget() {
        events.accept(new LifeEvent.Gone());
    }

    /** The media server's hooks said that the publisher is gone. */
    public void publisherGone() {
        tell(its -> its.source().notReady());
    }

    /** The media server's hooks said that the publisher is there. */
    public void publisherThere() {
        tell(its -> its.source().ready());
    }

    /** Changes its languages while it runs, or begins to take it over. A change that cannot be made is logged. */
    public void command(StreamCommand command) {
        if (command instanceof StreamCommand.AskForStream) {
            standby.ifPresent(Standby::ask);
        } else {
            tell(its -> its.languages().command(command));
        }
    }

    /** Does nothing while this process stands by: the process that has the stream gets the same command. */
    private void tell(Consumer<StreamChain> word) {
        StreamChain its = chain;
        if (its != null) {
            word.accept(its);
        }
    }

    /** Whether another process could go on with the stream, if this one ended now. */
    public boolean isKept() {
        StreamChain its = chain;
        return its != null && its.spool().isKept();
    }

    public StreamState state() {
        return life.state();
    }

    public StreamSpec spec() {
        return spec;
    }

    /** Measures the stream and reports the figures as an event. Called once a second. */
    public void measure() {
        tell(StreamChain::measure);
    }
}
