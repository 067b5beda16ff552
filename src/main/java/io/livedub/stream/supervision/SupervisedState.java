package io.livedub.stream.supervision;

import java.time.Duration;

import io.livedub.media.MediaClock;
import io.livedub.stream.StreamBoard;

/** Where a stream under supervision stands. A transition that is not a method here goes through {@link Idle}. */
sealed interface SupervisedState {
    /** Nothing runs and nothing is planned: before the first start, and after a failure whose reason is final. */
    record Idle() implements SupervisedState {}

    /**
     * The stream has failed and waits to be started again.
     *
     * @param atNs clock time of the start
     */
    record Restarting(long atNs, MediaClock.Timer timer) implements SupervisedState {
        Idle cancel() {
            timer.cancel();
            return new Idle();
        }

        Duration remaining(long nowNs) {
            return Duration.ofNanos(Math.max(0, atNs - nowNs));
        }
    }

    /** A run of the stream is there. */
    sealed interface Launched extends SupervisedState {
        Launch launch();

        /** Plans the stream's end: it is not started again. */
        default Stopping stop() {
            return new Stopping(launch());
        }

        /** A publisher has come that this run does not read any more: the stream starts anew behind it. */
        Replacing replace();

        /** The publisher has gone again, and with it the reason to start anew. */
        Launched withoutSuccessor();
    }

    /** Runs, and is wanted. */
    record Running(Launch launch) implements Launched {
        @Override
        public Replacing replace() {
            return new Replacing(launch, false);
        }

        @Override
        public Running withoutSuccessor() {
            return this;
        }
    }

    /** The stream was stopped, and the segments that it holds still air. */
    record Stopping(Launch launch) implements Launched {
        @Override
        public Replacing replace() {
            return new Replacing(launch, true);
        }

        @Override
        public Stopping withoutSuccessor() {
            return this;
        }
    }

    /**
     * What is held airs, and behind it the stream starts anew.
     *
     * @param stopped whether somebody has stopped this run
     */
    record Replacing(Launch launch, boolean stopped) implements Launched {
        @Override
        public Replacing replace() {
            return this;
        }

        @Override
        public Launched withoutSuccessor() {
            return stopped ? new Stopping(launch) : new Running(launch);
        }
    }

    /**
     * One run of a stream.
     *
     * @param board its events, kept as its status
     * @param startedNs clock time
     */
    record Launch(RunningStream stream, StreamBoard board, long startedNs) {}
}
