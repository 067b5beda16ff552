package io.livedub.media;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scheme, host and port of an RTMP URL. {@link URI} finds no host in a name with an underscore, and Docker Compose makes such names. The
 * components have the names of {@link URI}'s getters, so that either class can be used.
 *
 * @param getPort -1 when the URL names no port
 */
public record RtmpAddress(String getScheme, String getHost, int getPort) {
    private static final Pattern URL =
            Pattern.compile("([A-Za-z]+)://(?:[^/?#@]*@)?(\\[[^\\]/?#]*]|[^:/?#\\[\\]]+)(?::(\\d{1,5}))?(?:[/?#].*)?");

    public static RtmpAddress of(String url) throws URISyntaxException {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new URISyntaxException("", "not an RTMP URL");
        }
        return new RtmpAddress(
                parts.group(1).toLowerCase(Locale.ROOT),
                parts.group(2),
                parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3)));
    }
}
