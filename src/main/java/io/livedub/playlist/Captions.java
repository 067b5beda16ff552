package io.livedub.playlist;

import java.util.List;
import java.util.Locale;

import io.livedub.media.MediaSink;
import io.livedub.playlist.Window.WindowPiece;
import io.livedub.stream.WebVttText;

/** Captions beside a segment of the picture, as WebVTT on the media's timeline. */
final class Captions {
    /** MediaMTX adds it to every time stamp, so that a composition offset makes none negative. */
    private static final long SERVER_ZERO_NS = 10_000_000_000L;

    /** Media time of the output's time 0. */
    static final long ZERO_NS = SERVER_ZERO_NS + MediaSink.ZERO_STAMP_MS * 1_000_000L;

    private static final long TICKS_MASK = (1L << 33) - 1;

    private Captions() {}

    static String of(WindowPiece piece, List<Cue> cues) {
        long fromNs = Math.max(0, piece.startNs() - ZERO_NS);
        long toNs = piece.endNs() - ZERO_NS;
        // The place of the map is near the segment: its ticks have 33 bits, and begin anew after 26.5 hours.
        long fromMs = fromNs / 1_000_000;
        long ticks = (fromMs * 90 + ZERO_NS / 1_000_000 * 90) & TICKS_MASK;
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:%d,LOCAL:%s\n\n", ticks, WebVttText.time(fromMs)));
        for (Cue cue : cues) {
            if (cue.startNs() < toNs && cue.endNs() > fromNs && !cue.text().isBlank()) {
                WebVttText.cue(text, cue.number(), cue.startNs() / 1_000_000, cue.endNs() / 1_000_000, cue.text());
            }
        }
        return text.toString();
    }
}
