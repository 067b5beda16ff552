package io.livedub.media;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** URLs as they may be shown: without user, password and the values of the query. */
public final class RedactedUrl {
    private static final String HIDDEN = "***";
    private static final Pattern USER = Pattern.compile("://([^/?#]*)@");

    private RedactedUrl() {}

    /**
     * Works on the text, not through {@link java.net.URI}: what is shown is often wrong, and a URL that cannot be parsed must not be shown whole.
     *
     * @return one line: {@code rtmp://***@host:1935/live/x?user=***&pass=***}
     */
    public static String of(String url) {
        String line = url.replaceAll("\\p{Cntrl}", " ");
        int query = line.indexOf('?');
        String address = query < 0 ? line : line.substring(0, query);
        int authority = address.indexOf("://");
        if (authority >= 0) {
            int at = address.lastIndexOf('@');
            if (at > authority) {
                address = address.substring(0, authority + 3) + HIDDEN + address.substring(at);
            }
        }
        return query < 0 ? address : address + "?" + values(line.substring(query + 1));
    }

    /** A text that a server or an element made, without the values of the URL's query and without what stands before its host. */
    public static String within(String text, String url) {
        String safe = text;
        int query = url.indexOf('?');
        if (query >= 0) {
            for (String pair : url.substring(query + 1).split("&", -1)) {
                String value = pair.substring(pair.indexOf('=') + 1);
                safe = without(without(safe, value), decoded(value));
            }
        }
        Matcher user = USER.matcher(url);
        return user.find() ? without(safe, user.group(1)) : safe;
    }

    private static String without(String text, String secret) {
        // A shorter one would be found in any word.
        return secret.length() < 3 ? text : text.replace(secret, HIDDEN);
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            return value;
        }
    }

    private static String values(String query) {
        StringBuilder shown = new StringBuilder();
        for (String pair : query.split("&", -1)) {
            int equals = pair.indexOf('=');
            shown.append(shown.isEmpty() ? "" : "&")
                    .append(equals < 0 ? HIDDEN : pair.substring(0, equals + 1) + HIDDEN);
        }
        return shown.toString();
    }
}
