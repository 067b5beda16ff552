package io.livedub.stream.chain;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

import io.livedub.config.ContinuityConfig;
import io.livedub.config.Target;
import io.livedub.media.AudioFormat;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.segment.Pauses;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.disk.SegmentKeeper;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.StsSession;
import io.livedub.timeline.SlatePlan;

/**
 * The parts that a stream worker consists of.
 *
 * @param offset how long after it is complete a segment airs; empty: follows the measured round trip
 * @param stsTimeout upper bound of an offset that follows
 * @param sound what is done to the sound of dubs until a command says otherwise
 * @param cutAtPauses whether a segment ends at a pause in its last third
 * @param sessions makes the STS session of a language; empty in passthrough
 * @param spool what is kept for a process that goes on; empty: nothing
 * @param slate what is shown while nothing of the source is left; empty: nothing
 * @param workers runs what blocks
 * @param events gets all that can be told of the stream
 */
record StreamParts(
        MediaEngine engine,
        MediaClock clock,
        Executor workers,
        Duration segmentDuration,
        Optional<Duration> offset,
        Duration stsTimeout,
        DubSound sound,
        boolean cutAtPauses,
        ContinuityConfig continuity,
        SegmentKeeper files,
        Optional<Sessions> sessions,
        Optional<StreamSpool> spool,
        Optional<SlatePlan> slate,
        Consumer<StreamEvent> events) {
    /** Makes sessions with STS. */
    interface Sessions {
        /**
         * @param spec the stream, with its languages where they are published
         * @param events gets what happens in it
         */
        StsSession open(StreamSpec spec, Target target, Consumer<StreamEvent> events);
    }

    boolean passthrough() {
        return sessions.isEmpty();
    }

    /** Null when segments end at fixed places. */
    Pauses pauses() {
        return cutAtPauses ? new PauseSearch(engine.audioCodec(), workers) : null;
    }

    Function<AudioFormat, byte[]> silence() {
        return engine.audioCodec()::silence;
    }
}
