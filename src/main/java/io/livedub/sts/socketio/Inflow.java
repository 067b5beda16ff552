package io.livedub.sts.socketio;

/**
 * How much a service sends, held against what it was asked for. A flood of large messages would cost memory and processor time that other streams
 * need; an honest service sends one result for each fragment, and little beside it. Used by the connection's reading thread and, for
 * {@link #asked}, by the sending one.
 */
final class Inflow {
    private static final long SECOND_NS = 1_000_000_000L;

    /** The decision about a message. */
    enum InflowVerdict {
        TAKE,
        /** Too many in this second: not looked at. */
        DROP,
        /** Too many messages: the socket must not be read before the second is over. */
        DROP_AND_WAIT,
        /** More bytes than were asked for: the connection is ended. */
        END
    }

    private long bytes = Limits.UNASKED_BYTES;
    private long filledNs;
    private long asked;
    private long secondNs;
    private int messages;

    Inflow(long nowNs) {
        filledNs = nowNs;
        secondNs = nowNs;
    }

    /** A fragment goes out: one answer to it may be large. */
    synchronized void asked() {
        asked = Math.min(asked + Limits.MESSAGE_BYTES, Limits.OUTSTANDING_ANSWERS * Limits.MESSAGE_BYTES);
    }

    synchronized InflowVerdict message(long size, long nowNs) {
        if (nowNs - secondNs >= SECOND_NS) {
            secondNs = nowNs;
            messages = 0;
        }
        messages++;
        // Whole milliseconds: what is left over counts the next time.
        long passedMs = (nowNs - filledNs) / 1_000_000;
        filledNs += passedMs * 1_000_000;
        bytes = Math.min(Limits.UNASKED_BYTES, bytes + passedMs * Limits.UNASKED_BYTES_PER_SECOND / 1_000);
        long unasked = Math.min(bytes, size);
        bytes -= unasked;
        if (size - unasked > asked) {
            return InflowVerdict.END;
        }
        asked -= size - unasked;
        if (messages > Limits.READ_PER_SECOND) {
            return InflowVerdict.DROP_AND_WAIT;
        }
        return messages > Limits.LOOKED_AT_PER_SECOND ? InflowVerdict.DROP : InflowVerdict.TAKE;
    }

    /** Until the second is over. */
    synchronized long waitNs(long nowNs) {
        return Math.max(0, secondNs + SECOND_NS - nowNs);
    }
}
