package io.livedub.sound;

/** The two halves of an equal-power cross-fade: their squares sum up to 1, so two sounds that differ keep their loudness. */
final class Ramp {
    private Ramp() {}

    /** From 0 before {@code from} to 1 at {@code from + length}; any unit. */
    static float up(int at, int from, int length) {
        double part = (at - from + 0.5) / length;
        return part <= 0 ? 0 : part >= 1 ? 1 : (float) Math.sin(part * Math.PI / 2);
    }

    /** From 1 before {@code from} to 0 at {@code from + length}. */
    static float down(int at, int from, int length) {
        double part = (at - from + 0.5) / length;
        return part <= 0 ? 1 : part >= 1 ? 0 : (float) Math.cos(part * Math.PI / 2);
    }
}
