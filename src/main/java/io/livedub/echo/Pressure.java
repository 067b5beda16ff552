package io.livedub.echo;

import io.livedub.echo.EchoPace.AskedPace;

/** The pace that one session was asked for, and whether the worker keeps to it. */
final class Pressure {
    /** A fragment that was on its way when the request went out does not count against the worker. */
    private static final long GRACE_MS = 500;
    /** A paused worker may probe. How long it waits before is its own configuration; that it waits is not. */
    private static final long PAUSE_MS = 1000;
    /** Clocks and the way of the message may make a proper wait look this much shorter. */
    private static final double TOLERANCE = 0.8;

    private final int maxInflight;
    private EchoPace asked = EchoPace.NONE;
    private long askedMs;
    private long arrivalMs;

    Pressure(int maxInflight) {
        this.maxInflight = maxInflight;
    }

    AskedPace asked() {
        return asked.action();
    }

    /**
     * A fragment has come.
     *
     * @return how it breaks what was asked; null when it does not
     */
    String arrived(long nowMs) {
        long least =
                switch (asked.action()) {
                    case NONE -> 0;
                    case SLOW_DOWN -> Math.round(TOLERANCE * asked.recommendedDelayMs());
                    case PAUSE -> PAUSE_MS;
                };
        long waited = nowMs - Math.max(askedMs, arrivalMs);
        arrivalMs = nowMs;
        if (nowMs - askedMs <= GRACE_MS || waited >= least) {
            return null;
        }
        return EchoText.of("sent %d ms after the last one, asked for %s", waited, asked.toJson());
    }

    /**
     * @param arrival a fragment has just come: the only time at which a server that never clears takes something back
     * @return the pace to ask for now; null when nothing changes
     */
    EchoPace update(Simulation simulation, int inflight, boolean arrival, long nowMs) {
        EchoPace forced = simulation.backpressure();
        EchoPace wanted = forced != null ? forced : EchoPace.byLoad(inflight, maxInflight);
        boolean clearing = wanted.action().compareTo(asked.action()) < 0;
        if (wanted.equals(asked) || (clearing && simulation.neverClear() && !arrival)) {
            return null;
        }
        asked = wanted;
        askedMs = nowMs;
        return wanted;
    }
}
