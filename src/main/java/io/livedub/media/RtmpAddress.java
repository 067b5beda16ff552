package io.livedub.media;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an RTMP URL leads. {@link URI} finds no host in a name with an underscore, as Docker Compose has them; the methods are called as its are.
 *
 * @param getPort -1 when the URL names none
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
