package io.livedub.access;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import jakarta.enterprise.context.ApplicationScoped;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import io.livedub.config.WorkerConfig;

/** Decides which requests are answered, by their headers and connection. Never by the path, which has too many spellings. */
@ApplicationScoped
public class Admission {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final Optional<Secret> secret;
    private final AllowedHosts hosts;

    public Admission(WorkerConfig config) {
        secret = config.process().hookSecret().map(Secret::new);
        hosts = new AllowedHosts(config);
    }

    /** Checks every request, also for pages. Without a secret, only the check of {@code Host} keeps other sites' pages from the worker. */
    Optional<Refusal> atTheDoor(HttpServerRequest request) {
        return secret.isPresent() || isAllowedHost(request) ? Optional.empty() : Optional.of(Refusal.HOST);
    }

    /** Checks every request to a path that is not public. */
    Optional<Refusal> inside(HttpServerRequest request) {
        if (secret.isPresent() && !secret.get().isIn(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            return Optional.of(Refusal.SECRET);
        }
        return isOtherSites(request) ? Optional.of(Refusal.ORIGIN) : atTheDoor(request);
    }

    /**
     * Of every request that a resource was found for. A page elsewhere can send forms and plain text to the worker without asking; for
     * JSON a browser asks the worker first, and the worker does not say yes.
     */
    Optional<Refusal> atTheResource(HttpServerRequest request) {
        return inside(request)
                .or(() -> READING.contains(request.method().name()) || isJson(request) || isBodilessCall(request)
                        ? Optional.empty()
                        : Optional.of(Refusal.MEDIA_TYPE));
    }

    private boolean isAllowedHost(HttpServerRequest request) {
        List<String> named = request.headers().getAll(HttpHeaders.HOST);
        return named.size() == 1
                && hosts.allow(named.get(0), request.localAddress().hostAddress());
    }

    /**
     * Browsers say which site a page is of, in {@code Sec-Fetch-Site} where the worker is reached by https or on loopback, and in
     * {@code Origin} everywhere. Programs send neither.
     */
    private static boolean isOtherSites(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        if ("same-origin".equals(site)) {
            // A proxy in front may have changed Host, so that Origin cannot be compared with it: the browser's
            // own word counts.
            return false;
        }
        if (site != null && !site.equals("none")) {
            return true;
        }
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        return !origins.isEmpty()
                && (origins.size() > 1 || !isSameSite(origins.get(0), request.getHeader(HttpHeaders.HOST)));
    }

    private static boolean isSameSite(String origin, String host) {
        try {
            URI uri = new URI(origin);
            return host != null
                    && uri.getScheme() != null
                    && uri.getRawAuthority() != null
                    && withPort(uri.getRawAuthority(), uri.getScheme()).equals(withPort(host, uri.getScheme()));
        } catch (URISyntaxException opaque) {
            return false;
        }
    }

    private static String withPort(String authority, String scheme) {
        String lower = authority.toLowerCase(Locale.ROOT);
        boolean bare = lower.lastIndexOf(':') <= lower.lastIndexOf(']');
        return bare ? lower + (scheme.equalsIgnoreCase("https") ? ":443" : ":80") : lower;
    }

    private static boolean isJson(HttpServerRequest request) {
        List<String> types = request.headers().getAll(HttpHeaders.CONTENT_TYPE);
        return types.size() == 1 && types.get(0).split(";", 2)[0].strip().equalsIgnoreCase("application/json");
    }

    /** PUT and DELETE without a body, as {@code curl -X DELETE} sends them: no page can send either without being asked for first. */
    private static boolean isBodilessCall(HttpServerRequest request) {
        String method = request.method().name();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return (method.equals("PUT") || method.equals("DELETE"))
                && !request.headers().contains(HttpHeaders.CONTENT_TYPE)
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && (length == null || length.equals("0"));
    }
}
