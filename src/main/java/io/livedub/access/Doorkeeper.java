package io.livedub.access;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

import io.livedub.config.WorkerConfig;

/**
 * Looks at every request to the main port before a body is read or a resource is looked for. Pages load without the secret: they hold
 * nothing, and ask for it themselves.
 */
@ApplicationScoped
public class Doorkeeper {
    private static final int FIRST = 1_000;
    private static final String GUARDED = "/v1";

    private final Optional<Secret> secret;
    private final String policy;

    public Doorkeeper(WorkerConfig config) {
        secret = config.process().hookSecret().map(Secret::new);
        // The player is the one thing of another origin, and only where it is configured.
        String player = config.serve()
                .hlsUrl()
                .map(url -> url.getScheme() + "://" + url.getRawAuthority())
                .orElse("'none'");
        policy =
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src "
                        + player + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    void register(@Observes Filters filters) {
        filters.register(this::look, FIRST);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        // normalizedPath: what the router matches, so that no spelling of a path gets around this.
        String path = context.normalizedPath();
        headers(context.response(), path);
        if (!path.equals(GUARDED) && !path.startsWith(GUARDED + "/")) {
            context.next();
        } else if (secret.isPresent() && !secret.get().isIn(request.getHeader(HttpHeaders.AUTHORIZATION))) {
            context.response().putHeader("WWW-Authenticate", "Bearer");
            refuse(context, 401, "{\"status\":\"unauthorized\",\"message\":\"the secret is missing or wrong\"}");
        } else if (isOtherSites(request)) {
            refuse(context, 403, "{\"status\":\"forbidden\",\"message\":\"not from another site's page\"}");
        } else {
            context.next();
        }
    }

    /** A page anywhere can make a browser post to a worker on its own machine; browsers say so, programs do not send the header. */
    private static boolean isOtherSites(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private static void refuse(RoutingContext context, int status, String json) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json;charset=UTF-8")
                // The body was not read: the connection cannot be used again.
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(json);
    }

    private void headers(HttpServerResponse response, String path) {
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("Referrer-Policy", "no-referrer");
        response.putHeader("X-Frame-Options", "DENY");
        // A console of yesterday's version against today's worker is a fault that nobody finds at night.
        response.putHeader(HttpHeaders.CACHE_CONTROL, path.startsWith(GUARDED + "/") ? "no-store" : "no-cache");
        // Swagger UI's page has a script and styles in itself.
        response.putHeader(
                "Content-Security-Policy",
                path.startsWith("/q/")
                        ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
                                + " img-src 'self' data:; frame-ancestors 'none'"
                        : policy);
    }
}
