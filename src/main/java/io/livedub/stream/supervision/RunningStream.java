package io.livedub.stream.supervision;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.config.SettingSources;
import io.livedub.config.StreamSettings;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.events.StreamState;

/** A stream that was launched, wherever it runs. No method blocks or throws. */
public interface RunningStream {
    /** Completes with {@link StreamState.Ended} or {@link StreamState.Failed}; never fails. */
    Uni<StreamState> over();

    /** No more is read; what is held airs, then {@link #over}. */
    void stop(String reason);

    /**
     * This process ends, and the next one is to go on with the stream: what was read by now airs, then {@link #over}. Where the next one could not,
     * as {@link #stop}.
     */
    default void leave(String reason) {
        stop(reason);
    }

    /** The process ends: {@link #stop} or {@link #leave}, as the signal says that ends it; without a signal another process has the streams. */
    static Consumer<RunningStream> endWord(Optional<StopSignal> signal, String why) {
        return signal.map(StopSignal::endsStreams).orElse(false)
                ? stream -> stream.stop(why)
                : stream -> stream.leave(why);
    }

    /** The media server says that the publisher is gone: the grace time begins. */
    void publisherGone();

    /** The media server says that a publisher is there. */
    void publisherThere();

    /** @return false when a stream that runs where this one does cannot be told */
    default boolean command(StreamCommand command) {
        return false;
    }

    /** Completes at most once: the stream turns out to have run before it was launched, with settings of its own. */
    default Uni<FoundSettings> found() {
        return Uni.createFrom().nothing();
    }

    /** What was said of its settings, for whoever finds the stream after this process has ended. */
    default void remember(SettingSources said) {}

    /**
     * Other settings hold from now on: the publisher came back with another query, or the API changed them.
     *
     * @return names of settings that it keeps until it starts again
     */
    default List<String> settings(StreamSettings before, StreamSettings now) {
        StreamCommand.between(before, now).forEach(this::command);
        return StreamCommand.fromNextStart(before, now);
    }
}
