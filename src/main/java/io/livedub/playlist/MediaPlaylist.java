package io.livedub.playlist;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

import io.livedub.playlist.Window.WindowPiece;

/** A live media playlist of our own, of segments or of captions beside them. */
final class MediaPlaylist {
    private MediaPlaylist() {}

    /**
     * @param pieces one at least
     * @param run told apart from the files of other runs, in their names: they are cached
     * @param ending of the segments' names
     * @param longest duration of a segment so far
     */
    static String of(List<WindowPiece> pieces, String run, String ending, Duration longest) {
        boolean media = ending.equals(".mp4");
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n");
        line(text, "#EXT-X-TARGETDURATION:%d", Math.max(1, Math.round(longest.toNanos() / 1e9)));
        line(text, "#EXT-X-MEDIA-SEQUENCE:%d", pieces.get(0).number());
        line(text, "#EXT-X-DISCONTINUITY-SEQUENCE:%d", pieces.get(0).epoch());
        WindowPiece before = null;
        for (WindowPiece piece : pieces) {
            if (before != null && piece.epoch() != before.epoch()) {
                // As many as there were: the numbers have to be the same in all renditions.
                text.append("#EXT-X-DISCONTINUITY\n".repeat(Math.min(16, piece.epoch() - before.epoch())));
            }
            if (media
                    && (before == null || before.init().number() != piece.init().number())) {
                line(text, "#EXT-X-MAP:URI=\"%s-init%d.mp4\"", run, piece.init().number());
            }
            if (piece.isGap() && media) {
                text.append("#EXT-X-GAP\n");
            }
            line(text, "#EXT-X-PROGRAM-DATE-TIME:%s", piece.time().truncatedTo(ChronoUnit.MILLIS));
            line(text, "#EXTINF:%.5f,", piece.durationNs() / 1e9);
            line(text, "%s-%d%s", run, piece.number(), ending);
            before = piece;
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String form, Object... values) {
        text.append(String.format(Locale.ROOT, form, values)).append('\n');
    }
}
