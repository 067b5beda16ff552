package io.livedub.access;

/**
 * How long one connection may still be waited for. From the first byte of a request, or from the connection's beginning, its answer has
 * to begin within a limit; further bytes do not prolong it. A timeout that begins anew with each byte is held off for ever by one byte
 * at a time, in headers and in bodies alike. All answers of the worker begin at once, so the limit is the sender's alone.
 */
final class Patience {
    private final long limitNs;
    private boolean waiting = true;
    private boolean endless;
    private long sinceNs;

    Patience(long limitNs, long nowNs) {
        this.limitNs = limitNs;
        this.sinceNs = nowNs;
    }

    synchronized void heard(long nowNs) {
        if (endless) {
            sinceNs = nowNs;
        } else if (!waiting) {
            waiting = true;
            sinceNs = nowNs;
        }
    }

    synchronized void answered(long nowNs) {
        waiting = false;
        sinceNs = nowNs;
    }

    /** From now on there are no requests any more, and nothing is waited for. */
    synchronized void hasNoEnd() {
        endless = true;
        waiting = false;
    }

    synchronized boolean isOver(long nowNs) {
        return waiting && nowNs - sinceNs >= limitNs;
    }

    /** When to look again. */
    synchronized long nextLookNs(long nowNs) {
        return waiting ? sinceNs + limitNs : nowNs + limitNs;
    }

    /** Since when nothing has come of it: the one that is quiet longest has to go first. */
    synchronized long quietSinceNs() {
        return sinceNs;
    }
}
