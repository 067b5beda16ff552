package io.livedub.media.gst.sink;

import java.util.Locale;

import io.livedub.media.RedactedUrl;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.RtmpUrls;

/** Explains an error of rtmp2sink: what happened, to which URL, and what the reader can do. */
final class SinkFailureText {
    private SinkFailureText() {}

    /**
     * @param url with its login
     * @param early the publication has hardly begun: a server that closes the connection then does not want it, and rarely says why
     */
    static String of(BusMessage error, String url, boolean early) {
        String shown = RedactedUrl.of(url);
        String said = RedactedUrl.within(error.oneLine(), url);
        String lower = said.toLowerCase(Locale.ROOT);
        if (lower.contains("tls") || lower.contains("certificate")) {
            return "publishing failed: the TLS certificate of the RTMP server is not trusted, or is for another host"
                    + " name: "
                    + shown + ": " + said + "; name the authority that signed it in MEDIAMTX_CA_FILE";
        }
        if (RtmpUrls.loginRefused(lower)) {
            return "publishing was refused: the server does not accept the worker's login for this path: " + shown
                    + "; check MEDIAMTX_USER and MEDIAMTX_PASS, and that this user may publish here";
        }
        if (lower.contains("could not connect") || lower.contains("connection refused")) {
            return "publishing failed: the RTMP server does not answer: " + shown + ": " + said
                    + "; check that it runs, MEDIAMTX_HOST and MEDIAMTX_RTMP_PORT";
        }
        if (lower.contains("resolv")) {
            return "publishing failed: the server's host name cannot be resolved: " + shown + ": " + said;
        }
        if (lower.contains("badname") || lower.contains("in use") || lower.contains("already")) {
            return "publishing was refused: the name is in use, another publisher has this path: " + shown + ": " + said
                    + "; stop the other publisher";
        }
        if (early && (lower.contains("connection error") || lower.contains("closed remotely"))) {
            return "publishing was refused: the server closed the connection without a reason: " + shown
                    + "; its log says why: the path has another publisher (MediaMTX: overridePublisher), is not"
                    + " configured, or the server does not take the codecs";
        }
        if (lower.contains("connection error")) {
            return "publishing was lost: the server closed the connection or stopped taking data: " + shown
                    + "; its log says why; when another publisher took the path on MediaMTX, set overridePublisher:"
                    + " false";
        }
        if (lower.contains("denied") || lower.contains("publish") || lower.contains("'connect' cmd failed")) {
            return "publishing was refused: " + shown + ": " + said;
        }
        return "publishing failed: " + shown + ": " + said;
    }
}
