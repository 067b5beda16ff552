package io.livedub.stream.supervision;

import java.util.function.Consumer;

import io.livedub.stream.StreamNews;
import io.livedub.stream.StreamSpec;

/** Where streams run: in this process, each in a child, or elsewhere. What is behind it registers the stream's series. */
public interface StreamLauncher {
    /**
     * Starts a stream in the background. Does not block and does not throw: what goes wrong is how the stream ends.
     *
     * @param news called on any thread
     */
    RunningStream launch(StreamSpec spec, Consumer<StreamNews> news);
}
