package io.livedub.stream.chain;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamState;

/** One stream from its source to its outputs, with the commands that it takes while it runs. {@link StreamChain} is the way of its data. */
public final class StreamWorker {
    private final StreamSpec spec;
    private final StreamParts parts;
    private final LiveStreams live;
    private final StreamLife life;
    private final StreamChain chain;

    StreamWorker(StreamSpec spec, StreamParts parts, LiveStreams live) {
        this.spec = spec;
        this.live = live;
        this.parts = parts;
        this.life = new StreamLife(parts.events());
        this.chain = new StreamChain(spec, parts, life);
    }

    /** Runs the stream until it is over. Completes with {@link StreamState.Ended} or {@link StreamState.Failed}; never fails. */
    public Uni<StreamState> run() {
        return Uni.createFrom().emitter(emitter -> {
            StreamEnding ending = chain.ending();
            ending.onOver(last -> {
                live.remove(this);
                var unused = chain.spool().over(last).thenRun(() -> emitter.complete(last));
            });
            live.add(this);
            chain.spool().begin();
            Multi<?> way = parts.passthrough() ? chain.relayed() : chain.dubbed();
            ending.chain(way.subscribe().with(ignored -> {}, ending::defect, ending::finish));
        });
    }

    /** No more is read; what is held airs. Does not block. */
    public void stop(String reason) {
        chain.ending().drain(reason);
    }

    /**
     * It is over, and nothing more is to be shown of it: its series disappear. Not done at the end itself: in {@code run} the process ends
     * with the stream, and the last scrape is to find what it came to.
     */
    public void forget() {
        parts.events().accept(new LifeEvent.Gone());
    }

    /** The media server's hooks said that the publisher is gone. */
    public void publisherGone() {
        chain.source().notReady();
    }

    /** The media server's hooks said that the publisher is there. */
    public void publisherThere() {
        chain.source().ready();
    }

    /** Changes its languages while it runs. A change that cannot be made is logged. */
    public void command(StreamCommand command) {
        chain.languages().command(command);
    }

    /** Whether another process could go on with the stream, if this one ended now. */
    public boolean isKept() {
        return chain.spool().isKept();
    }

    public StreamState state() {
        return life.state();
    }

    public StreamSpec spec() {
        return spec;
    }

    /** Measures the stream and reports the figures as an event. Called once a second. */
    public void measure() {
        chain.measure();
    }
}
