package io.livedub.playlist;

/**
 * Text to be shown, in the output's time.
 *
 * @param number counts the texts of one language
 */
public record Cue(long number, long startNs, long endNs, String text) {}
