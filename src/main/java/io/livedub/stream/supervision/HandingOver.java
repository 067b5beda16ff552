package io.livedub.stream.supervision;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.livedub.id.StreamId;

/** Whether another process takes the streams of this one over, and which of them it has to begin anew. Used with the registry's lock held. */
final class HandingOver {
    /** The other process gives up after 120 s when it has got no stream by then. */
    static final Duration LIMIT = Duration.ofSeconds(100);
    /**
     * A stream that was on its way when the other process went away still goes over, to nobody: the rest of a segment, its results and a keyframe
     * later at most.
     */
    static final Duration STILL_GOING = Duration.ofSeconds(120);

    private final Set<StreamId> left = new HashSet<>();
    private boolean underWay;
    private long sinceNs;
    private int ran;
    private long endedNs = Long.MIN_VALUE;

    boolean isUnderWay() {
        return underWay;
    }

    /**
     * Ends streams of which viewers have seen nothing yet: there is nothing to hand over. Called again and again. When others have gone over
     * and a stream is still here at the limit, because it has no spool any more, that stream ends as well: the other process would wait
     * for the ports for ever.
     *
     * @return all that have ended so
     */
    Set<StreamId> begin(SupervisedStreams streams, long nowNs) {
        if (!underWay) {
            underWay = true;
            sinceNs = nowNs;
            ran = running(streams);
        }
        boolean late = nowNs - sinceNs >= LIMIT.toNanos() && running(streams) < ran;
        streams.all().stream()
                .filter(stream -> stream.listing().isExpected() || late && stream.isRunning())
                .filter(stream -> left.add(stream.streamId()))
                .forEach(stream -> stream.stop(running -> running.stop("another process begins it anew")));
        return Set.copyOf(left);
    }

    /** Whether what ends here may be for another process, and may have been left to nobody. */
    boolean mayLeave(long nowNs) {
        return underWay || endedNs != Long.MIN_VALUE && nowNs - endedNs < STILL_GOING.toNanos();
    }

    private static int running(SupervisedStreams streams) {
        return (int) streams.all().stream().filter(Supervised::isRunning).count();
    }

    /** The other process does not take them over after all. @return the streams that have ended for it */
    Set<StreamId> end(long nowNs) {
        underWay = false;
        endedNs = nowNs;
        Set<StreamId> all = Set.copyOf(left);
        left.clear();
        return all;
    }
}
