package io.livedub.stream;

import io.livedub.stream.events.StreamState;

/**
 * What happened to a stream, in plain values: what metrics, status and captions are made of. They need not be in the process in which
 * the stream is, so nothing here holds a frame.
 */
public sealed interface StreamNews {
    record Life(StreamState state, String reason) implements StreamNews {}

    /** A segment is complete. */
    record Cut(long batch, boolean withAudio) implements StreamNews {}

    /**
     * A segment was put on the output's timeline.
     *
     * @param outputNs its beginning in the publication's time
     * @param why how dubbed audio was fitted, or why the original airs
     * @param transcript empty when STS does not tell; so is {@code translation}
     */
    record Aired(
            long batch,
            long outputNs,
            long durationNs,
            boolean dubbed,
            String why,
            String transcript,
            String translation)
            implements StreamNews {}

    /**
     * Levels of a dubbed segment that was put into the stream's sound, in thousandths.
     *
     * @param originalMilliLufs loudness of the original in the last minute; silence is {@link #SILENT}
     * @param dubMilliLufs loudness of the dub as it airs
     * @param bedMilliDb lowest level of the original under the dub; {@link #SILENT} when it is not heard
     */
    record Sound(long originalMilliLufs, long dubMilliLufs, long bedMilliDb) implements StreamNews {
        /** −120 dB, which nobody hears: a gauge and JSON have no infinity. */
        public static final long SILENT = -120_000;
    }

    /** A result came this long after its fragment was sent. */
    record RoundTrip(long ns) implements StreamNews {}

    /** @param reason label of a {@link io.livedub.stream.events.FallbackReason} */
    record Fallback(String reason) implements StreamNews {}

    record Inflight(int count) implements StreamNews {}

    /** @param gauge 0 closed, 1 half-open, 2 open */
    record Breaker(int gauge) implements StreamNews {}

    /** @param state name of a {@link io.livedub.sts.StsState} */
    record Sts(String state) implements StreamNews {}

    record Backpressure(String action) implements StreamNews {}

    record Reconnected() implements StreamNews {}

    /** Figures of the last second; {@code avDeltaNs} is audio minus video at the output. */
    record Measured(long latencyNs, long avDeltaNs) implements StreamNews {}

    /** What has gone to the output so far: frames handed to the sink, payload bytes that the server has taken. */
    record Sent(long videoFrames, long audioFrames, long bytes) implements StreamNews {}

    /** What the source did so far. */
    record Source(SourceFigures figures) implements StreamNews {}

    record Written(String track) implements StreamNews {}

    record FileLost() implements StreamNews {}

    /** @param pipeline {@code source} or {@code sink} */
    record PipelineError(String pipeline) implements StreamNews {}

    /** The last of a stream's news: its series are to disappear. */
    record Gone() implements StreamNews {}
}
