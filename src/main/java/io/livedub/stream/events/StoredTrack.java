package io.livedub.stream.events;

import java.util.Locale;

/** The files that a segment can have. */
public enum StoredTrack {
    VIDEO("_video.mp4"),
    AUDIO("_audio.m4a"),
    AUDIO_DUBBED("_audio_dubbed.m4a");

    private final String suffix;

    StoredTrack(String suffix) {
        this.suffix = suffix;
    }

    /** Value of the metric label {@code track}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String fileName(long batch) {
        return fileName(batch, "");
    }

    /** @param before stands in front of the extension: what tells the files of several languages apart */
    public String fileName(long batch, String before) {
        int extension = suffix.lastIndexOf('.');
        return String.format(
                Locale.ROOT, "%06d%s%s%s", batch, suffix.substring(0, extension), before, suffix.substring(extension));
    }
}
