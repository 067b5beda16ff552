package io.livedub.access;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Whether a refusal is to be logged. Somebody who guesses secrets would otherwise write the log full: of each kind one line, then
 * silence for a while, then one line that says how many there were meanwhile.
 *
 * @param <K> kinds, of which there are few
 */
final class RefusalLog<K> {
    private final long silenceNs;
    private final Map<K, Burst> bursts = new HashMap<>();

    RefusalLog(Duration silence) {
        silenceNs = silence.toNanos();
    }

    private static final class Burst {
        long saidNs;
        long unsaid;
    }

    /** @return how many of this kind were not logged since the last line; empty when this one is not to be logged either */
    synchronized OptionalLong happened(K kind, long nowNs) {
        Burst burst = bursts.get(kind);
        if (burst == null) {
            burst = new Burst();
            bursts.put(kind, burst);
        } else if (nowNs - burst.saidNs < silenceNs) {
            burst.unsaid++;
            return OptionalLong.empty();
        }
        OptionalLong unsaid = OptionalLong.of(burst.unsaid);
        burst.saidNs = nowNs;
        burst.unsaid = 0;
        return unsaid;
    }
}
