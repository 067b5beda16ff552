package io.livedub.media;

/** The two elementary streams of a live stream. */
public enum Track {
    VIDEO,
    AUDIO;

    /** Lower-case name, as it appears in file names, metric labels and log lines. */
    public String label() {
        return this == VIDEO ? "video" : "audio";
    }
}
