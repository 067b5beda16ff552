package io.livedub.echo;

import java.util.LinkedHashMap;
import java.util.Map;

/** Fragments accepted and not yet acknowledged by the worker, as strict servers count them. */
final class Inflight {
    /** A worker that never acknowledges is put on pause long before; past this the oldest is forgotten. */
    static final int MAX_ENTRIES = 1000;

    private final Map<String, InflightFragment> entries = new LinkedHashMap<>();

    /**
     * @param key in the journal
     * @param delivered its result was sent
     * @param audible the result had audio
     */
    record InflightFragment(long key, boolean delivered, boolean audible) {}

    int size() {
        return entries.size();
    }

    boolean contains(String fragmentId) {
        return entries.containsKey(fragmentId);
    }

    void add(String fragmentId, long key) {
        entries.put(fragmentId, new InflightFragment(key, false, false));
        if (entries.size() > MAX_ENTRIES) {
            entries.remove(entries.keySet().iterator().next());
        }
    }

    void remove(String fragmentId) {
        entries.remove(fragmentId);
    }

    void delivered(String fragmentId, boolean audible) {
        entries.computeIfPresent(fragmentId, (unused, entry) -> new InflightFragment(entry.key(), true, audible));
    }

    /** Takes out the fragment; null when no result of it was sent, or it was acknowledged before. */
    InflightFragment acked(String fragmentId) {
        InflightFragment entry = entries.get(fragmentId);
        if (entry == null || !entry.delivered()) {
            return null;
        }
        return entries.remove(fragmentId);
    }
}
