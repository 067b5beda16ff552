package io.livedub.access;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host in an authority such as {@code worker:8080}: in lower case, without port, brackets and the root's dot.
 *
 * <p>Names are never resolved: what a name resolves to is in the hands of whoever owns it, which is how DNS rebinding works.
 */
record HostName(String text) {
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._-]+)(:[0-9]{0,5})?");
    private static final Pattern IPV4 =
            Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");

    HostName {
        String bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        text = (bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare).toLowerCase(Locale.ROOT);
    }

    /** Empty when it is no authority: user names, blanks and the like are refused rather than cut off. */
    static Optional<HostName> of(String authority) {
        Matcher matcher = AUTHORITY.matcher(authority);
        return matcher.matches() ? Optional.of(new HostName(matcher.group(1))) : Optional.empty();
    }

    boolean isLoopback() {
        return text.equals("localhost")
                || text.endsWith(".localhost")
                || address().filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** The address that it is; empty for a name. */
    Optional<InetAddress> address() {
        if (!IPV4.matcher(text).matches() && text.indexOf(':') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }
}
