package io.livedub.api;

import java.util.List;
import java.util.Locale;

import io.livedub.api.StreamView.CaptionView;

/** Captions as WebVTT; times are the output's. */
final class WebVtt {
    static final String HEADER = "WEBVTT\n\n";

    private WebVtt() {}

    /** @param transcript what was said instead of its translation */
    static String cues(List<CaptionView> captions, boolean transcript) {
        StringBuilder cues = new StringBuilder();
        for (CaptionView caption : captions) {
            String text = transcript ? caption.transcript() : caption.translation();
            if (!text.isBlank()) {
                cues.append(caption.batch())
                        .append('\n')
                        .append(time(caption.startMs()))
                        .append(" --> ")
                        .append(time(caption.endMs()))
                        .append('\n')
                        .append(escaped(text))
                        .append("\n\n");
            }
        }
        return cues.toString();
    }

    /** A blank line would end the cue, and what follows it would be read as one. */
    private static String escaped(String text) {
        return text.strip()
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replaceAll("\\s*\\R\\s*", "\n")
                .replaceAll("[\\p{Cntrl}&&[^\n]]", " ");
    }

    private static String time(long ms) {
        long shown = Math.max(0, ms);
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d.%03d",
                shown / 3_600_000,
                shown / 60_000 % 60,
                shown / 1_000 % 60,
                shown % 1_000);
    }
}
