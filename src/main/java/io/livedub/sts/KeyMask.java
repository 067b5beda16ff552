package io.livedub.sts;

/**
 * The API key, kept out of what a service makes the worker say. A service may put the key into an error text, and texts of services are cut for
 * the log: a part of the key at the end of a cut text is removed as well.
 */
public final class KeyMask {
    private static final int SHORTEST_PART = 4;

    private final String key;

    /** @param key null when the service needs no key */
    public KeyMask(String key) {
        this.key = key;
    }

    public String removedFrom(String text) {
        // Nearly every text ends here: a long key has many beginnings to look for.
        if (key == null || !text.contains(key.substring(0, Math.min(SHORTEST_PART, key.length())))) {
            return text;
        }
        String safe = text.replace(key, "***");
        for (int length = key.length() - 1; length >= SHORTEST_PART; length--) {
            String part = key.substring(0, length);
            safe = safe.replace(part + "…", "***…");
            if (safe.endsWith(part)) {
                safe = safe.substring(0, safe.length() - length) + "***";
            }
        }
        return safe;
    }
}
