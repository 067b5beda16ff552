package io.livedub.media;

/** URLs as they may be shown: without user, password and the values of the query. */
public final class RedactedUrl {
    private static final String HIDDEN = "***";

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
