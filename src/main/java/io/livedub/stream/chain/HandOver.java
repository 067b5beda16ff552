package io.livedub.stream.chain;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.Multi;

import io.livedub.media.MediaClock;
import io.livedub.media.Track;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.OutputTimeline;

/**
 * Hands the stream over to another process that asks for it, at one frame: first nothing more is read, at the end of a segment, then the
 * output ends in front of a keyframe, and then the other process has the stream. In dubbing the results that are on their way are
 * waited for in between, while what is held airs. In passthrough both ends are the same picture.
 *
 * <p>As long as the source is read the other process may go away again, and nothing has happened.
 *
 * <p>When this process ends and nobody asks, the stream is {@linkplain #leaveBehind left behind} for whichever process comes next. Until what was
 * read by then is on air everything goes on as before. Thread-safe.
 */
final class HandOver {
    /** A source whose keyframes lie further apart is stopped at any picture. */
    static final Duration KEYFRAME_LIMIT = Duration.ofSeconds(12);
    /** Beyond the end of a segment, which is known a little later, and later still when it ends at a pause. */
    static final Duration SEGMENT_SLACK = Duration.ofSeconds(2);
    /** What is pushed already leaves: frames are pushed a little before their time. */
    private static final Duration AHEAD = Duration.ofMillis(300);
    /** Frames that have come and do not have their place on the timeline yet lie within this behind those that have it. */
    private static final Duration UNPLACED = Duration.ofMillis(100);

    private enum State {
        ON_AIR,
        /** Another process asks. */
        ASKED,
        /** Nothing more is read. */
        CLOSED,
        /** The last frame on air is known. */
        STOPPING,
        OVER
    }

    private final MediaClock clock;
    private final boolean passthrough;
    private final Duration closeLimit;
    private final Duration decideLimit;
    private final OutputTimeline air;
    private final StreamParts parts;
    private final Runnable onStopped;
    private final Runnable onLeft;
    private final AtomicInteger undecided = new AtomicInteger();
    private State state = State.ON_AIR;
    private long sinceNs;
    /** The instant of the timeline behind which this process airs nothing. */
    private long leftBehindNs = Long.MAX_VALUE;
    /** Whether it was stopped: it is not handed over any more. */
    private boolean endsHere;

    /**
     * @param onStopped the last frame has been pushed, and the process that has asked goes on
     * @param onLeft the last frame has been pushed, and the next process, whichever it is, finds the stream as after a crash
     */
    HandOver(StreamParts parts, OutputTimeline air, Runnable onStopped, Runnable onLeft) {
        this.parts = parts;
        this.clock = parts.clock();
        this.passthrough = parts.passthrough();
        this.air = air;
        this.onStopped = onStopped;
        this.onLeft = onLeft;
        closeLimit = passthrough ? KEYFRAME_LIMIT : parts.segmentDuration().plus(SEGMENT_SLACK);
        decideLimit = parts.offset().orElse(parts.stsTimeout());
    }

    /** Said with each batch of the spool. */
    void asked(boolean isAsked) {
        synchronized (this) {
            if (endsHere || state != (isAsked ? State.ON_AIR : State.ASKED)) {
                return;
            }
            enter(isAsked ? State.ASKED : State.ON_AIR);
        }
        parts.events()
                .accept(new LifeEvent.Note(
                        isAsked
                                ? "another process is ready to take the stream over"
                                : "the process that was to take the stream over is gone: the stream stays here"));
        if (isAsked) {
            // A frame that comes at the limit closes better: what is held behind it leaves with it.
            long limitNs = clock.nowNs() + closeLimit.plusSeconds(1).toNanos();
            clock.schedule(limitNs, this::closeWithoutFrames);
        }
    }

    private void enter(State next) {
        state = next;
        sinceNs = clock.nowNs();
    }

    /**
     * The stream was stopped, and ends in this process. Without this the last segment would count as the one behind which another process goes on,
     * and the stop would be lost.
     *
     * @return false when the stream is the other process's by now
     */
    synchronized boolean endHere() {
        endsHere |= !isUnderWay();
        return endsHere;
    }

    /** Whether the stream is the other process's by now: what is said to it here comes too late. */
    synchronized boolean isUnderWay() {
        return state.compareTo(State.CLOSED) >= 0;
    }

    /** The source's events up to the last one that this process handles. */
    Multi<SourceEvent> gate(Multi<SourceEvent> events) {
        return events.filter(event -> !isUnderWay())
                .onItem()
                .transform(event -> closes(event) && close() ? new SourceEvent.SourceHandedOver() : event);
    }

    /** The keyframe is the other process's first picture. */
    private boolean closes(SourceEvent event) {
        return passthrough
                && event instanceof SourceEvent.Arrived arrived
                && arrived.frame().track() == Track.VIDEO
                && (arrived.frame().keyframe() || isLate());
    }

    private synchronized boolean isLate() {
        return clock.nowNs() - sinceNs >= closeLimit.toNanos();
    }

    /** @return whether another process asks, and nothing more is read from now on */
    private synchronized boolean close() {
        boolean closes = state == State.ASKED && !endsHere;
        if (closes) {
            enter(State.CLOSED);
        }
        return closes;
    }

    /** In dubbing: the next segment is the other process's. */
    Multi<TakenIn> behindIntake(Multi<TakenIn> intake) {
        return intake.onItem().invoke(taken -> {
            int cut = taken.segments().size();
            undecided.addAndGet(cut);
            if (cut > 0) {
                close();
            }
        });
    }

    /** A segment is on the output's timeline, in all languages. */
    void decided() {
        undecided.decrementAndGet();
    }

    /** Whether segments are on their way to the output's timeline. */
    boolean hasUndecided() {
        return undecided.get() > 0;
    }

    /** The source gives nothing. */
    private void closeWithoutFrames() {
        if (isLate() && close() && passthrough) {
            stopped();
        }
    }

    /** To be asked before frames are taken from the output's timeline: decides where it ends. */
    void decideStop() {
        synchronized (this) {
            boolean late = clock.nowNs() - sinceNs >= decideLimit.toNanos();
            if (state != State.CLOSED || undecided.get() > 0 && !late) {
                return;
            }
            enter(State.STOPPING);
        }
        air.stopBehind(clock.nowNs() + AHEAD.toNanos());
    }

    /**
     * This process ends. In dubbing everything goes on until what is read by now has aired: the next process then finds in the spool what was read
     * and dubbed meanwhile.
     *
     * @param readUntilNs the end of what was read, on the stream's timeline
     */
    synchronized void leaveBehind(long readUntilNs) {
        leftBehindNs = readUntilNs + UNPLACED.toNanos();
    }

    /** Whether everything has come out that airs here. */
    synchronized boolean hasAired(long nowNs, long leadNs) {
        return isUnderWay()
                ? state == State.STOPPING && air.isStopped(nowNs, leadNs)
                : leftBehindNs != Long.MAX_VALUE && nowNs + leadNs >= air.airNsOf(leftBehindNs);
    }

    /** All that is to air has been pushed. */
    void stopped() {
        boolean left;
        synchronized (this) {
            if (state == State.OVER) {
                return;
            }
            left = !isUnderWay();
            enter(State.OVER);
        }
        (left ? onLeft : onStopped).run();
    }
}
