package io.livedub.media.gst;

import java.util.Locale;

/** What rtmp2sink says, for a person. */
final class SinkFailureText {
    private SinkFailureText() {}

    static String of(BusMessage error, String url) {
        String said = error.oneLine();
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("could not connect") || lower.contains("connection refused")) {
            return "RTMP server does not answer: " + url + ": " + said;
        }
        if (lower.contains("badname") || lower.contains("in use") || lower.contains("already")) {
            return "publishing refused, the name is in use: " + url + ": " + said;
        }
        if (lower.contains("denied") || lower.contains("not authorized") || lower.contains("publish")) {
            return "publishing refused: " + url + ": " + said;
        }
        if (lower.contains("connection error")) {
            return "publishing was lost, the server closed the connection: " + url;
        }
        return "publishing failed: " + url + ": " + said;
    }
}
