package io.livedub.sts;

/** How many events a second are looked at; the rest is dropped unread, so that a flood costs neither time nor memory. Thread-safe. */
final class EventLimit {
    /** Far above any honest service: three fragments in flight make a dozen events in six seconds. */
    static final int PER_SECOND = 200;

    private static final long SECOND_NS = 1_000_000_000L;

    /** The decision about an event. */
    enum EventVerdict {
        TAKE,
        /** The first one dropped in this second: worth a warning. */
        DROP_AND_WARN,
        DROP
    }

    private long windowNs;
    private int taken;
    private boolean warned;

    EventLimit(long nowNs) {
        windowNs = nowNs;
    }

    synchronized EventVerdict next(long nowNs) {
        if (nowNs - windowNs >= SECOND_NS) {
            windowNs = nowNs;
            taken = 0;
            warned = false;
        }
        if (taken < PER_SECOND) {
            taken++;
            return EventVerdict.TAKE;
        }
        EventVerdict verdict = warned ? EventVerdict.DROP : EventVerdict.DROP_AND_WARN;
        warned = true;
        return verdict;
    }
}
