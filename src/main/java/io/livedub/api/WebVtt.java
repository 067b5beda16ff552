package io.livedub.api;

import java.util.List;

import io.livedub.api.StreamView.CaptionView;
import io.livedub.stream.WebVttText;

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
                WebVttText.cue(cues, caption.batch(), caption.startMs(), caption.endMs(), text);
            }
        }
        return cues.toString();
    }
}
