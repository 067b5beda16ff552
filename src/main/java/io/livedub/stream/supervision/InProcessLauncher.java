package io.livedub.stream.supervision;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.livedub.stream.StreamFactory;
import io.livedub.stream.StreamNews;
import io.livedub.stream.StreamSpec;

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
    public RunningStream launch(StreamSpec spec, Consumer<StreamNews> news) {
        InProcessStream stream = new InProcessStream(new InOrder(workers));
        stream.start(() -> factory.create(spec, news));
        return stream;
    }
}
