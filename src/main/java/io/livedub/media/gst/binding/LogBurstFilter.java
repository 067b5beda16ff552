package io.livedub.media.gst.binding;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Lets a few messages of a burst through: a library that is unhappy says the same for every frame. Within a window each text passes once and
 * only so many pass at all; how many were held back is said with the next that passes. Thread-safe.
 */
final class LogBurstFilter {
    static final long WINDOW_NS = 10_000_000_000L;
    static final int MOST_IN_A_WINDOW = 20;

    private final LongSupplier nowNs;
    private final Set<String> passed = new HashSet<>();
    private long windowNs;
    private long heldBack;

    LogBurstFilter(LongSupplier nowNs) {
        this.nowNs = nowNs;
        this.windowNs = nowNs.getAsLong();
    }

    /** @return what is to be logged; empty when this one is held back */
    synchronized Optional<String> sift(String text) {
        long now = nowNs.getAsLong();
        if (now - windowNs >= WINDOW_NS) {
            windowNs = now;
            passed.clear();
        }
        // Addresses, times and counts differ from one to the next of the same kind.
        String kind = text.replaceAll("0x[0-9a-fA-F]+|\\d+", "#");
        if (passed.size() == MOST_IN_A_WINDOW || !passed.add(kind)) {
            heldBack++;
            return Optional.empty();
        }
        String also = heldBack == 0 ? "" : " (" + heldBack + " more like the last ones were not logged)";
        heldBack = 0;
        return Optional.of(text + also);
    }
}
