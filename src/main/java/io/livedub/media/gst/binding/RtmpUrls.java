package io.livedub.media.gst.binding;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.livedub.media.RedactedUrl;

/** RTMP URLs as rtmp2src and rtmp2sink take them. */
public final class RtmpUrls {
    private static final Pattern USABLE = Pattern.compile("rtmps?://[^/?#\\s]+/[^/?#\\s]+/[^\\s]+");

    private static final Pattern PORT = Pattern.compile("^rtmps?://[^/?#]*:(\\d{1,5})/");
    private static final int RTMP_PORT = 1935;
    private static final int RTMPS_PORT = 443;

    private RtmpUrls() {}

    /**
     * Refuses what the elements would ignore: they keep their default, rtmp://localhost/live/myStream, when they cannot parse a location.
     *
     * @throws IllegalArgumentException naming the URL without credentials
     */
    public static String require(String url) {
        if (!USABLE.matcher(url).matches()) {
            throw new IllegalArgumentException(
                    "not an RTMP URL with application and stream (rtmp://host/app/stream): " + RedactedUrl.of(url));
        }
        return url;
    }

    /** Whether what an element says, in lower case, is a server's refusal of the login. */
    public static boolean loginRefused(String said) {
        return said.contains("unauthorized")
                || said.contains("authentication failed")
                || said.contains("not authorized");
    }

    /** The server's port; the scheme's own when the URL names none. */
    public static int port(String url) {
        Matcher port = PORT.matcher(url);
        if (port.find()) {
            return Integer.parseInt(port.group(1));
        }
        return url.startsWith("rtmps") ? RTMPS_PORT : RTMP_PORT;
    }
}
