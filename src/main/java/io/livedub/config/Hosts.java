package io.livedub.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Host names and addresses. A name may have underscores: Docker Compose names its services so, and resolvers take them, but
 * {@link URI#getHost} is null for such a name, and the JDK's HttpClient refuses it.
 */
public final class Hosts {
    static final String ALLOWED = "a host name or address";

    private static final String LABEL = "[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?";
    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final String V4 = OCTET + "(?:\\." + OCTET + "){3}";
    private static final String H = "[0-9A-Fa-f]{1,4}";
    private static final String V6 = String.join(
                    "|",
                    "(?:H:){7}H",
                    "(?:H:){1,7}:",
                    "(?:H:){1,6}:H",
                    "(?:H:){1,5}(?::H){1,2}",
                    "(?:H:){1,4}(?::H){1,3}",
                    "(?:H:){1,3}(?::H){1,4}",
                    "(?:H:){1,2}(?::H){1,5}",
                    "H:(?::H){1,6}",
                    ":(?:(?::H){1,7}|:)",
                    "::(?:[Ff]{4}:)?" + V4)
            .replace("H", H);
    /** A last label of digits alone would be taken for a part of an address. */
    private static final String NAME = "(?=.{1,253}\\z)(?:" + LABEL + "\\.)*(?!\\d+\\.?\\z)" + LABEL + "\\.?";

    /** A name, an IPv4 address, or an IPv6 address with or without brackets. */
    static final Pattern FORM = Pattern.compile(NAME + "|" + V4 + "|\\[(?:" + V6 + ")]|" + V6);

    private static final Pattern AUTHORITY = Pattern.compile("(?:[^@]*@)?(\\[[^\\]]*]|[^:\\[\\]]*)(?::(\\d*))?");

    private Hosts() {}

    /** The host as a part of a URL, where an IPv6 address has brackets. */
    static String inUrl(String variable, Optional<String> text, String fallback) {
        String host = Values.matching(variable, text, fallback, FORM, ALLOWED);
        return bracketed(host);
    }

    /** A host as URLs and {@code Host} have it: an IPv6 address in brackets. */
    public static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    /**
     * The same URL for a client that refuses host names with an underscore: with the address that the name has now. Any other URL is returned as
     * it is. TLS cannot be used so, since a certificate is not made out to that address; such URLs are refused at the start.
     *
     * @throws IOException when the name has no address
     */
    public static URI connectable(URI uri) throws IOException {
        if (uri.getHost() != null || uri.getRawAuthority() == null) {
            return uri;
        }
        Matcher authority = AUTHORITY.matcher(uri.getRawAuthority());
        if (!authority.matches()) {
            return uri;
        }
        String address = InetAddress.getByName(authority.group(1)).getHostAddress();
        String literal = address.contains(":") ? "[" + address.replaceAll("%.*", "") + "]" : address;
        String port = authority.group(2) == null ? "" : ":" + authority.group(2);
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return URI.create(uri.getScheme() + "://" + literal + port + uri.getRawPath() + query);
    }
}
