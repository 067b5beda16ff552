package io.livedub.stream.chain;

import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/** The stream's state and its transitions, each of which becomes an event. Thread-safe. */
final class StreamLife {
    private final Consumer<StreamEvent> events;
    private StreamState state = StreamState.initial();

    StreamLife(Consumer<StreamEvent> events) {
        this.events = events;
    }

    synchronized StreamState state() {
        return state;
    }

    void change(String reason, UnaryOperator<StreamState> transition) {
        StreamState from;
        StreamState to;
        synchronized (this) {
            from = state;
            to = transition.apply(from);
            state = to;
        }
        if (!to.equals(from)) {
            events.accept(new LifeEvent.Life(from, to, reason));
        }
    }

    void live() {
        change("frames arrive", state -> {
            if (state instanceof StreamState.Connecting connecting) {
                return connecting.firstFrame();
            }
            return state instanceof StreamState.SourceLost lost ? lost.sourceBack() : state;
        });
    }

    void sourceLost(String reason) {
        change(reason, state -> state instanceof StreamState.Live live ? live.sourceLost(reason) : state);
    }
}
