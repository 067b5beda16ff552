package io.livedub.sts;

import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Tells a blocked session from a slow one (contract: sts-protocol, "Worker → STS"). Services deliver in the order of the sequence numbers; one that
 * waits for the result of a fragment that it has refused never delivers again, though it still acknowledges what it is sent. A slow service does
 * deliver, and a new session would throw away what it is working on: so the time without a delivery alone proves nothing.
 *
 * <p>Also knows what a service still works on after its time-out. Pure, not thread-safe.
 */
final class Silence {
    /**
     * A sequence number without any answer counts as a gap after so long. No service that works needs so long, and with less a very slow
     * one would be taken for a blocked one.
     */
    static final Duration GAP_AFTER = Duration.ofSeconds(60);

    /** A fragment that was given up here still counts as load of the service for so long. */
    private static final Duration BUSY = Duration.ofSeconds(30);

    private static final int REMEMBERED = 64;
    private static final long LEAST_PATIENCE_NS = 2_000_000_000L;

    /** A fragment that was sent and has no result yet. It may have timed out here. */
    record Out(int sequence, int level, long sentNs) {}

    private final long timeoutNs;
    private final Map<String, Out> out = new LinkedHashMap<>();
    private int refusedFrom;
    private int deliveredUpTo;
    private long refusedNs;
    private long slowestNs;
    private long acknowledgedNs;

    Silence(Duration timeout) {
        timeoutNs = timeout.toNanos();
        newSession();
    }

    void newSession() {
        out.clear();
        refusedFrom = Integer.MAX_VALUE;
        deliveredUpTo = -1;
        slowestNs = 0;
        acknowledgedNs = Long.MIN_VALUE;
    }

    void sent(String id, FragmentState.Sending sending) {
        out.put(id, new Out(sending.sequence(), sending.level(), sending.atNs()));
        Iterator<String> oldest = out.keySet().iterator();
        if (out.size() > REMEMBERED) {
            oldest.next();
            oldest.remove();
        }
    }

    /** A result, of whatever kind and however late. */
    void delivered(String id, long nowNs) {
        Out answered = out.remove(id);
        if (answered != null) {
            slowestNs = Math.max(slowestNs, nowNs - answered.sentNs());
            deliveredUpTo = Math.max(deliveredUpTo, answered.sequence());
            if (answered.sequence() > refusedFrom) {
                refusedFrom = Integer.MAX_VALUE;
            }
        }
    }

    /** The service has said that nothing will come of this one. */
    void refused(String id, long nowNs) {
        Out refused = out.remove(id);
        if (refused != null && refusedFrom == Integer.MAX_VALUE) {
            refusedFrom = refused.sequence();
            refusedNs = nowNs;
        }
    }

    void acknowledged(long nowNs) {
        acknowledgedNs = nowNs;
    }

    /**
     * Fragments that the service has with it, as far as can be told. A fragment counts as lost when it has timed out here and a later one was
     * answered. As load it would make the service look busy for {@link #BUSY} after each loss.
     */
    int load(long nowNs) {
        return (int) out.values().stream()
                .filter(one -> nowNs - one.sentNs() < BUSY.toNanos())
                .filter(one -> one.sequence() > deliveredUpTo || nowNs - one.sentNs() < timeoutNs)
                .count();
    }

    /** When to ask {@link #isBlocked} next; empty when there is no suspicion. */
    OptionalLong suspiciousUntilNs() {
        return waiting()
                .map(one -> OptionalLong.of(waitsSinceNs(one) + patienceNs() + 1))
                .orElse(OptionalLong.empty());
    }

    boolean isBlocked(long nowNs) {
        Optional<Out> behind = waiting();
        if (behind.isPresent()
                && acknowledgedNs >= behind.get().sentNs()
                && nowNs - waitsSinceNs(behind.get()) > patienceNs()) {
            return true;
        }
        return out.values().stream()
                .filter(one -> one.sequence() > deliveredUpTo)
                .filter(one -> acknowledgedNs > one.sentNs() + timeoutNs)
                .anyMatch(one -> nowNs - one.sentNs() > Math.max(GAP_AFTER.toNanos(), 2 * slowestNs));
    }

    /** The first one sent behind what was refused. */
    private Optional<Out> waiting() {
        return out.values().stream()
                .filter(one -> one.sequence() > refusedFrom)
                .min(Comparator.comparingLong(Out::sentNs));
    }

    private long waitsSinceNs(Out one) {
        return Math.max(one.sentNs(), refusedNs);
    }

    private long patienceNs() {
        return slowestNs == 0 ? timeoutNs : Math.max(LEAST_PATIENCE_NS, slowestNs + slowestNs / 4);
    }
}
