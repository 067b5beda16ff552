package io.livedub.sound;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Brings each dub to the loudness of the original speech of the last minute (contracts: sound, "Level"). Only segments that are dubbed
 * are measured: the original of another one is never decoded.
 *
 * <p>Not thread-safe.
 */
public final class LoudnessMatch {
    /** The contract's bounds: of the whole correction, and from one segment to the next. */
    static final double MOST_DB = 12;

    static final double MOST_STEP_DB = 3;
    static final long MEMORY_NS = 60_000_000_000L;

    /** Softer sound is a room or an encoder, and nobody speaks: speech on air has -30 LUFS and more. */
    private static final double LEAST_SPEECH_LUFS = -60;

    /** One block each 100 ms; a minute of them and the longest segment, 30 s. */
    private static final int MOST_BLOCKS = 900;

    private record Block(long atNs, double power) {}

    private final Deque<Block> memory = new ArrayDeque<>();
    private double lastDb = Double.NaN;

    /**
     * Takes in a segment's original sound.
     *
     * @param t0Ns its beginning on the stream's timeline; segments come in order
     * @param blocks of {@link Loudness#blocks}
     */
    public void hear(long t0Ns, double[] blocks) {
        for (int i = 0; i < blocks.length; i++) {
            memory.add(new Block(t0Ns + i * 100_000_000L, blocks[i]));
        }
        long endNs = t0Ns + blocks.length * 100_000_000L;
        while (!memory.isEmpty() && (memory.size() > MOST_BLOCKS || memory.peek().atNs < endNs - MEMORY_NS)) {
            memory.remove();
        }
    }

    /** Loudness of the original's last minute, LUFS. */
    public double target() {
        return Loudness.gated(memory.stream().mapToDouble(Block::power).toArray());
    }

    /** Whether original speech was heard in the last minute. */
    public boolean knowsTarget() {
        return target() >= LEAST_SPEECH_LUFS;
    }

    /** Forgets the last gain: the next dub is not bound to a gain that did not air. */
    public void forgetGain() {
        lastDb = Double.NaN;
    }

    /** Gain for a dub of this loudness, dB. Where nobody speaks in one of the two nothing is known, and the gain stays as it was. */
    public double gainDb(double dubLufs) {
        double target = target();
        if (!(target >= LEAST_SPEECH_LUFS && dubLufs >= LEAST_SPEECH_LUFS)) {
            return Double.isNaN(lastDb) ? 0 : lastDb;
        }
        double wanted = target - dubLufs;
        double gain = Math.max(-MOST_DB, Math.min(MOST_DB, wanted));
        if (!Double.isNaN(lastDb)) {
            gain = Math.max(lastDb - MOST_STEP_DB, Math.min(lastDb + MOST_STEP_DB, gain));
        }
        lastDb = gain;
        return gain;
    }
}
