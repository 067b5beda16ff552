package io.livedub.media.gst;

import java.util.Locale;

/** What rtmp2sink says, for a person. */
final class SinkFailureText {
    private SinkFailureText() {}

    /**
     * @param early the publication has hardly begun: nginx-rtmp answers a publish that it denies by closing the connection
     */
    static String of(BusMessage error, String url, boolean early) {
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
            return early
                    ? "publishing refused, the server closed the connection: " + url
                    : "publishing was lost, the server closed the connection or stopped taking data: " + url;
        }
        if (lower.contains("closed remotely") || lower.contains("'connect' cmd failed")) {
            return "publishing refused: " + url + ": " + said;
        }
        return "publishing failed: " + url + ": " + said;
    }
}
