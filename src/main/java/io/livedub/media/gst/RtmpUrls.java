package io.livedub.media.gst;

import java.util.regex.Pattern;

import io.livedub.media.RedactedUrl;

/** RTMP URLs as rtmp2src and rtmp2sink take them. */
final class RtmpUrls {
    private static final Pattern USABLE = Pattern.compile("rtmps?://[^/?#\\s]+/[^/?#\\s]+/[^\\s]+");

    private RtmpUrls() {}

    /**
     * Refuses what the elements would ignore: they keep their default, rtmp://localhost/live/myStream, when they cannot parse a location.
     *
     * @throws IllegalArgumentException naming the URL without credentials
     */
    static String require(String url) {
        if (!USABLE.matcher(url).matches()) {
            throw new IllegalArgumentException(
                    "not an RTMP URL with application and stream (rtmp://host/app/stream): " + RedactedUrl.of(url));
        }
        return url;
    }
}
