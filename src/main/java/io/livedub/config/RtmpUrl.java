package io.livedub.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An RTMP URL that somebody writes: {@code rtmp://host[:port]/app/stream}, or {@code rtmps}. */
public final class RtmpUrl {
    private static final Pattern SCHEME = Pattern.compile("(?i:rtmps?)://.*", Pattern.DOTALL);
    private static final Pattern FORM = Pattern.compile(
            "(?<scheme>[A-Za-z]+)://(?:[^/?#@\\s]*@)?(?<host>\\[[^\\]/]*]|[^:/?#@\\[\\]\\s]+)(?::(?<port>\\d{1,5}))?"
                    + "/[^/?#\\s]+/[^?#\\s][^#\\s]*");

    private RtmpUrl() {}

    /**
     * The URL with its scheme in lower case, which is the only form that GStreamer knows.
     *
     * @throws ConfigurationException with one of the contract's texts
     */
    public static String of(String text) {
        if (text.isBlank()) {
            throw new ConfigurationException("Invalid RTMP URL: cannot be empty");
        }
        if (!SCHEME.matcher(text).matches()) {
            throw new ConfigurationException("Invalid RTMP URL: must start with 'rtmp://' - got '" + shown(text) + "'");
        }
        Matcher url = FORM.matcher(text);
        if (!url.matches()
                || text.chars().anyMatch(Character::isISOControl)
                || !Hosts.FORM.matcher(url.group("host")).matches()
                || !isPort(url.group("port"))) {
            throw new ConfigurationException(
                    "Invalid RTMP URL: must name host, application and stream, rtmp://host[:port]/app/stream - got '"
                            + shown(text) + "'");
        }
        String scheme = url.group("scheme");
        return scheme.toLowerCase(Locale.ROOT) + text.substring(scheme.length());
    }

    private static boolean isPort(String text) {
        return text == null || Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535;
    }

    /** Credentials stand before the host or in the query. */
    private static String shown(String url) {
        return url.replaceAll("\\p{Cntrl}", " ")
                .replaceFirst("//.*@", "//***@")
                .replaceAll("(?<=[?&])([^=&]*=)[^&]*", "$1***");
    }
}
