package io.livedub.sound;

/**
 * The level of the original under a dub that speaks and is silent in turn (contracts: sound, "duck"). Straight lines in decibels: down in
 * 50 ms that end at the word, back up in 500 ms after a second without a word.
 */
final class DuckEnvelope {
    static final int ATTACK_MS = 50;
    static final int HOLD_MS = 1000;
    static final int RELEASE_MS = 500;

    /**
     * Where it stands at the end of a segment, for the next one to go on from.
     *
     * @param db level of the original; 0 is full level
     * @param silentMs for how long nobody has spoken
     */
    record Rest(double db, int silentMs) {
        static final Rest FULL = new Rest(0, HOLD_MS);
    }

    /** @param db level of the original at each millisecond; one more than the segment has, for its end */
    record Course(double[] db, Rest rest) {}

    private DuckEnvelope() {}

    /**
     * @param speech of {@link Speech#perMs}
     * @param lengthMs of the segment; beyond {@code speech} nobody speaks
     * @param depthDb level while the dub speaks, negative
     */
    static Course of(boolean[] speech, int lengthMs, double depthDb, Rest before) {
        int[] nextWord = nextWord(speech, lengthMs);
        double[] db = new double[lengthMs + 1];
        double level = before.db();
        int silentMs = before.silentMs();
        for (int ms = 0; ms <= lengthMs; ms++) {
            db[ms] = level;
            silentMs = ms < speech.length && speech[ms] ? 0 : Math.min(silentMs + 1, HOLD_MS + RELEASE_MS);
            boolean wordAhead = nextWord[ms] - ms < ATTACK_MS;
            if (silentMs < HOLD_MS || wordAhead) {
                level = Math.max(depthDb, level + depthDb / ATTACK_MS);
            } else {
                level = Math.min(0, level - depthDb / RELEASE_MS);
            }
        }
        return new Course(db, new Rest(db[lengthMs], silentMs));
    }

    /** For each millisecond, when the next one with speech is; far away when no speech follows. */
    private static int[] nextWord(boolean[] speech, int lengthMs) {
        int[] next = new int[lengthMs + 1];
        int word = Integer.MAX_VALUE;
        for (int ms = lengthMs; ms >= 0; ms--) {
            if (ms < speech.length && speech[ms]) {
                word = ms;
            }
            next[ms] = word;
        }
        return next;
    }
}
