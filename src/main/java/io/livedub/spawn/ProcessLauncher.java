package io.livedub.spawn;

import java.time.Duration;
import java.util.function.Consumer;

import io.micrometer.core.instrument.MeterRegistry;

import io.livedub.media.MediaClock;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.stream.supervision.StreamLauncher;

/** Each stream in a child of its own: a crash in native code ends one stream. Its series are the parent's, made of its events. */
public final class ProcessLauncher implements StreamLauncher {
    private final ChildCommand command;
    private final MeterRegistry registry;
    private final MediaClock clock;
    private final Duration drainLimit;

    /** @param drainLimit a child that was told to stop and has not ended after this long is killed */
    public ProcessLauncher(ChildCommand command, MeterRegistry registry, MediaClock clock, Duration drainLimit) {
        this.command = command;
        this.registry = registry;
        this.clock = clock;
        this.drainLimit = drainLimit;
    }

    @Override
    public RunningStream launch(StreamSpec spec, Consumer<StreamEvent> events) {
        StreamMetrics series = new StreamMetrics(registry, spec.streamId());
        ChildStream child = new ChildStream(spec.streamId(), series.andThen(events), clock, drainLimit);
        child.say(command.secrets());
        child.start(() -> command.builder(spec));
        return child;
    }
}
