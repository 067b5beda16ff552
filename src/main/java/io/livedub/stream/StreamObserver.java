package io.livedub.stream;

import io.livedub.dub.AiredSegment;
import io.livedub.segment.Segment;
import io.livedub.segment.StoreListener;
import io.livedub.stream.events.StreamState;
import io.livedub.sts.StsObserver;

/** Told everything that a person or a machine should know of one stream: metrics, log and, later, the console hang on it. */
public interface StreamObserver extends StsObserver, StoreListener {
    @Override
    void warning(String message);

    void lifeChanged(StreamState from, StreamState to, String reason);

    /** A segment is complete; its files and its dubbing follow. */
    void cut(Segment segment);

    /**
     * A segment was put on the output's timeline.
     *
     * @param outputNs its beginning in the publication's time
     * @param airNs the same as clock time
     */
    void aired(AiredSegment segment, long outputNs, long airNs);

    /** A pipeline reported an error; {@code track} names none: {@code source} or {@code sink}. */
    void pipelineError(String pipeline, String message);

    /** Figures of the last second. */
    void measured(long latencyNs, long avDeltaNs);

    /** What has gone to the output so far: frames that were handed to the sink, and payload bytes that the server has taken. */
    void sent(long videoFrames, long audioFrames, long bytes);

    /** What the source did so far; once a second. */
    void source(SourceFigures figures);

    /** Value of the breaker's gauge. */
    void breakerGauge(int value);

    /** A line on what the sources and files did that needs no action. */
    void note(String message, Object... fields);

    /** A defect of ours ended the stream. */
    void defect(Throwable cause);

    /** The stream's series are to disappear. */
    void gone();
}
