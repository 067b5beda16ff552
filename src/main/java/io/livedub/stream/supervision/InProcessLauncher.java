package io.livedub.stream.supervision;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.livedub.stream.StreamSpec;
import io.livedub.stream.chain.StreamFactory;
import io.livedub.stream.events.StreamEvent;
import io.livedub.work.SerialExecutor;

/** Streams in this process. */
public final class InProcessLauncher implements StreamLauncher {
    private final StreamFactory factory;
    private final Executor workers;

    /** @param workers runs what blocks: creating a stream looks through its folder and makes pipelines */
    public InProcessLauncher(StreamFactory factory, Executor workers) {
        this.factory = factory;
        this.workers = workers;
    }

    @Override
    public RunningStream launch(StreamSpec spec, Consumer<StreamEvent> events) {
        InProcessStream stream = new InProcessStream(new SerialExecutor(workers));
        stream.start(() -> factory.create(spec, events));
        return stream;
    }
}
