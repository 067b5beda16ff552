package io.livedub.timeline;

import io.livedub.media.Frame;

/** Where the frames of one track have led so far: the newest decoding time, when it arrived, and the usual step between two. */
final class TrackHistory {
    /** FLV's resolution. */
    static final long STEP_NS = 1_000_000L;

    private long lastNs;
    private long lastArrivalNs;
    private long usualStepNs;
    private boolean seen;
    private boolean seenBefore;

    void note(Frame frame) {
        if (seen && frame.dtsNs() > lastNs) {
            usualStepNs += (Math.min(JumpDetector.FORWARD_NS, frame.dtsNs() - lastNs) - usualStepNs) / 4;
        }
        lastNs = seen ? Math.max(lastNs, frame.dtsNs()) : frame.dtsNs();
        lastArrivalNs = frame.arrivalNs();
        seen = true;
    }

    /** The next stamp is unrelated to those before; the usual step is kept. */
    void forget() {
        seen = false;
    }

    /** The connection is gone; the next one may go on with the next frame. To be called before {@link #forget}. */
    void remember() {
        seenBefore = seen;
    }

    /** The next stamp is related all the same to those before {@link #remember}. */
    void recall() {
        seen = seenBefore;
    }

    boolean seen() {
        return seen;
    }

    /** The newest decoding time; meaningless before {@link #seen}. */
    long lastNs() {
        return lastNs;
    }

    long usualStepNs() {
        return usualStepNs;
    }

    /** Time since the newest frame arrived; not negative. */
    long waitedNs(long arrivalNs) {
        return Math.max(0, arrivalNs - lastArrivalNs);
    }

    /** Whether a frame lies further from where it belongs by its arrival than frames of one count do. */
    boolean isFarFrom(Frame frame) {
        return seen && Math.abs(frame.dtsNs() - expectedNs(frame.arrivalNs())) > JumpDetector.FORWARD_NS;
    }

    /** Whether a frame follows the newest step by step, whenever it arrives. */
    boolean isNext(Frame frame) {
        return Suspects.isNext(frame.dtsNs() - lastNs);
    }

    /** Whether a frame lies near where it belongs by its arrival, or near the newest: behind a stall arrivals say nothing. */
    boolean isNear(Frame frame) {
        long byArrivalNs = Math.abs(frame.dtsNs() - nextNs(frame.arrivalNs()));
        return Math.min(byArrivalNs, Math.abs(frame.dtsNs() - lastNs)) <= JumpDetector.FORWARD_NS;
    }

    /** Where a frame belongs by its arrival alone. */
    long expectedNs(long arrivalNs) {
        return lastNs + waitedNs(arrivalNs);
    }

    /** The same, behind the newest frame. */
    long nextNs(long arrivalNs) {
        return lastNs + Math.max(STEP_NS, arrivalNs - lastArrivalNs);
    }

    /** The same, but at least a usual step behind it: in a burst all arrives at once. What is longer than {@link Suspects#NEXT_NS} was a hole. */
    long nextUsualNs(long arrivalNs) {
        long stepNs = Math.max(STEP_NS, Math.min(Suspects.NEXT_NS, usualStepNs));
        return lastNs + Math.max(stepNs, waitedNs(arrivalNs));
    }
}
