package io.livedub.stream.supervision;

import java.util.HashSet;
import java.util.Set;

import io.livedub.id.StreamId;

/** Whether another process takes the streams of this one over, and which of them it has to begin anew. Used with the registry's lock held. */
final class HandingOver {
    private final Set<StreamId> left = new HashSet<>();
    private boolean underWay;

    boolean isUnderWay() {
        return underWay;
    }

    /** Ends streams of which viewers have seen nothing yet: there is nothing to hand over. @return all that have ended so */
    Set<StreamId> begin(SupervisedStreams streams) {
        underWay = true;
        streams.all().stream().filter(stream -> stream.listing().isExpected()).forEach(stream -> {
            left.add(stream.streamId());
            stream.stop("another process begins it anew");
        });
        return Set.copyOf(left);
    }

    /** The other process does not take them over after all. @return the streams that have ended for it */
    Set<StreamId> end() {
        underWay = false;
        Set<StreamId> all = Set.copyOf(left);
        left.clear();
        return all;
    }
}
