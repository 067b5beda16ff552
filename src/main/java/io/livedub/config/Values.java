package io.livedub.config;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Collections;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts to values. Each method names the variable in what it throws. */
final class Values {
    private static final Pattern QUANTITY = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([A-Za-z]*)");
    private static final Map<String, Long> DURATION_UNITS_NS = Map.of(
            "ns", 1L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L,
            "d", 86_400_000_000_000L);
    private static final Map<String, Long> SIZE_UNITS = Map.of(
            "", 1L,
            "b", 1L,
            "kib", 1L << 10,
            "mib", 1L << 20,
            "gib", 1L << 30,
            "tib", 1L << 40,
            "kb", 1_000L,
            "mb", 1_000_000L,
            "gb", 1_000_000_000L);

    private static final Pattern URL = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<host>\\[[^\\]/]*]|[^:/?#@\\[\\]\\s]+)(?::(?<port>\\d{1,5}))?(?:/[^?#\\s]*)?");

    private static final Pattern PRINTABLE =
            Pattern.compile(ConfigurationException.UNPRINTABLE.replace("[", "[^") + "+");

    /** RFC 9110, 5.6.2. */
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}");

    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]{0,4094}[!-~])?");
    /** Those that the client sets itself. */
    private static final Set<String> OF_THE_CONNECTION =
            Set.of("connection", "content-length", "content-type", "expect", "host", "transfer-encoding", "upgrade");

    private Values() {}

    static int integer(String variable, Optional<String> text, int fallback, int min, int max) {
        return Math.toIntExact(integer(variable, text, fallback, (long) min, max, ""));
    }

    /**
     * @param fallback of {@link VariableDefaults}
     * @param range of {@link VariableRanges}
     */
    static int integer(String variable, Optional<String> text, String fallback, String range) {
        return Math.toIntExact(integer(variable, text, fallback, range, ""));
    }

    static long integer(String variable, Optional<String> text, String fallback, String range, String also) {
        String[] bounds = range.split("[… ]", 3);
        Optional<String> set = text.isPresent() ? text : Optional.of(fallback);
        return integer(variable, set, 0, Long.parseLong(bounds[0]), Long.parseLong(bounds[1]), also);
    }

    static long integer(String variable, Optional<String> text, long fallback, long min, long max, String also) {
        if (text.isEmpty()) {
            return fallback;
        }
        String allowed = String.format(Locale.ROOT, "a whole number from %d to %d%s", min, max, also);
        try {
            long value = Long.parseLong(text.get().strip());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw new WrongSetting(variable, text.get(), allowed);
        }
        throw new WrongSetting(variable, text.get(), allowed);
    }

    static String matching(String variable, Optional<String> text, String fallback, Pattern pattern, String allowed) {
        String value = text.map(String::strip).orElse(fallback);
        if (!pattern.matcher(value).matches()) {
            throw ConfigurationException.of(variable, value, allowed);
        }
        return value;
    }

    /** Text that can stand in a log line. Counted as Java counts, which is as everybody counts who takes it from here. */
    static String printable(String variable, Optional<String> text, String fallback, int most) {
        String value = text.map(String::strip).orElse(fallback);
        if (value.length() > most || !PRINTABLE.matcher(value).matches()) {
            throw ConfigurationException.of(variable, value, "1 to " + most + " printable characters");
        }
        return value;
    }

    /** A variable's words are read in any case; in requests, queries and files they stand in lower case. */
    static String word(Optional<String> text, String fallback, Map<String, ?> words) {
        String value = text.map(String::strip).orElse(fallback);
        String word = value.toLowerCase(Locale.ROOT);
        return words.containsKey(word) ? word : value;
    }

    /**
     * Quotes count as a fault: `docker run --env-file` keeps them, and the folder would be made below the working folder, where nobody looks for it.
     */
    static Path path(String variable, String text, String allowed) {
        String name = text.strip();
        if (!isPrintable(name) || name.startsWith("\"") || name.startsWith("'") || name.contains("${")) {
            throw ConfigurationException.of(variable, name, allowed + ", written without quotes and variables");
        }
        try {
            return Path.of(name).toAbsolutePath();
        } catch (InvalidPathException invalid) {
            throw ConfigurationException.of(variable, text, allowed);
        }
    }

    static boolean isPrintable(String text) {
        return PRINTABLE.matcher(text).matches();
    }

    static <T> T choice(
            String variable, Optional<String> text, String fallback, Map<String, T> choices, String allowed) {
        String value = text.map(String::strip).orElse(fallback);
        T choice = choices.get(value.toLowerCase(Locale.ROOT));
        if (choice == null) {
            throw ConfigurationException.of(variable, value, allowed);
        }
        return choice;
    }

    /** A number with a unit; a bare number counts in {@code bareUnit}. */
    static Duration duration(
            String variable, String text, String bareUnit, Duration min, Duration max, String allowed) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        if (matcher.matches()) {
            String unit =
                    matcher.group(2).isEmpty() ? bareUnit : matcher.group(2).toLowerCase(Locale.ROOT);
            Long unitNs = DURATION_UNITS_NS.get(unit);
            BigDecimal ns =
                    unitNs == null ? null : new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unitNs));
            if (ns != null
                    && ns.compareTo(BigDecimal.valueOf(max.toNanos())) <= 0
                    && ns.compareTo(BigDecimal.valueOf(min.toNanos())) >= 0) {
                return Duration.ofNanos(ns.longValue());
            }
        }
        throw ConfigurationException.of(variable, text, allowed);
    }

    static long bytes(String variable, String text, String allowed) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        Long unit = matcher.matches() ? SIZE_UNITS.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        BigDecimal bytes = unit == null ? null : new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit));
        if (bytes == null || bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw ConfigurationException.of(variable, text, allowed);
        }
        return bytes.longValue();
    }

    /** A file that holds at least one X.509 certificate. */
    static Path certificates(String variable, String text) {
        String allowed = "a file of certificates in PEM form that can be read";
        try {
            Path file = Path.of(text.strip()).toAbsolutePath();
            try (InputStream pem = Files.newInputStream(file)) {
                if (CertificateFactory.getInstance("X.509")
                        .generateCertificates(pem)
                        .isEmpty()) {
                    throw ConfigurationException.of(variable, text, allowed);
                }
            }
            return file;
        } catch (InvalidPathException | IOException | CertificateException unusable) {
            throw ConfigurationException.of(variable, text, allowed);
        }
    }

    static URI url(String variable, String text, Set<String> schemes, String allowed) {
        URI uri = urlBelow(variable, text, schemes, allowed);
        if (!Set.of("", "/").contains(uri.getRawPath())) {
            throw ConfigurationException.of(variable, redacted(text), allowed);
        }
        return uri;
    }

    /**
     * A URL to which paths are added; its scheme is in lower case, so that nobody who compares it takes {@code WSS} for {@code ws}. Not by
     * {@link URI} alone, which finds neither host nor port where the name has an underscore.
     */
    static URI urlBelow(String variable, String text, Set<String> schemes, String allowed) {
        Matcher url = URL.matcher(text.strip());
        String scheme = url.matches() ? url.group("scheme").toLowerCase(Locale.ROOT) : "";
        if (!schemes.contains(scheme)
                || !Hosts.FORM.matcher(url.group("host")).matches()
                || !isPort(url.group("port"))) {
            throw ConfigurationException.of(variable, redacted(text), allowed);
        }
        try {
            return new URI(scheme + text.strip().substring(scheme.length()));
        } catch (URISyntaxException notAUrl) {
            throw ConfigurationException.of(variable, redacted(text), allowed);
        }
    }

    /** For a client that reaches a host name with an underscore by its address, for which no certificate is made out. */
    static URI withoutTlsToUnderscores(String variable, URI url) {
        if (url.getHost() == null && "https".equals(url.getScheme())) {
            throw ConfigurationException.of(
                    variable, url.toString(), "https:// with a host name without an underscore, or http://");
        }
        return url;
    }

    private static boolean isPort(String text) {
        return text == null || Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= 65535;
    }

    /** Well-formed by BCP 47. */
    static String languageTag(String variable, Optional<String> text, String fallback) {
        String tag = text.map(String::strip).orElse(fallback);
        try {
            if (tag.length() > 64 || tag.isEmpty()) {
                throw new IllformedLocaleException();
            }
            new Locale.Builder().setLanguageTag(tag);
            return tag;
        } catch (IllformedLocaleException notATag) {
            throw new WrongSetting(variable, tag, "a language tag such as en or pt-BR");
        }
    }

    /**
     * Names to values of a list in the form of W3C Baggage, as OpenTelemetry's exporter specifies. An error is reported
     * without the value, which may be a credential.
     */
    static Map<String, String> headers(String variable, String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String entry : text.split(",")) {
            if (entry.isBlank()) {
                continue;
            }
            int equals = entry.indexOf('=');
            String name = entry.substring(0, Math.max(0, equals)).strip();
            Optional<String> value = decoded(entry.substring(equals + 1).strip());
            if (!HEADER_NAME.matcher(name).matches()
                    || OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))
                    || value.filter(each -> HEADER_VALUE.matcher(each).matches())
                            .isEmpty()) {
                throw ConfigurationException.of(
                        variable,
                        equals < 0 ? "…" : name + "=…",
                        "name=value,name=value, of headers that are not the connection's own, with values that are"
                                + " visible ASCII when their %XX are decoded");
            }
            headers.put(name, value.get());
        }
        return Collections.unmodifiableMap(headers);
    }

    private static Optional<String> decoded(String text) {
        try {
            // In a URL's query a plus is a blank; here it is a plus.
            return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException badEscape) {
            return Optional.empty();
        }
    }

    /** A URL may hold a password before its host or in its query. */
    private static String redacted(String url) {
        // Up to the last @: whoever writes a password there may not know that it has to be escaped.
        return url.replaceFirst("(?s)//.*@", "//…@").replaceAll("([?&][^=&]*=)[^&]*", "$1…");
    }
}
