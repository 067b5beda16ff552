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
 * Looks at every request to the main port before a body is read or a route is looked for, whatever the route is: a resource, a file, the
 * API's description. {@link MethodGuard} and {@link ResourceGuard} look again where the router looks for a resource.
 */
@ApplicationScoped
public class Doorkeeper {
    private static final int FIRST = 1_000;

    private final Admission admission;
    private final Refusals refusals;
    private final PublicPlaylists playlists;
    private final String policy;

    public Doorkeeper(WorkerConfig config, Admission admission, Refusals refusals, PublicPlaylists playlists) {
        this.admission = admission;
        this.refusals = refusals;
        this.playlists = playlists;
        // The player is the one thing of another origin, and only where it is configured.
        String player = config.serve()
                .hlsUrl()
                .map(url -> url.getScheme() + "://" + url.getRawAuthority())
                .orElse("'none'");
        // A player's picture comes from a blob of the page itself (Media Source Extensions), and hls.js gives its
        // captions an empty data: URL.
        policy =
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src "
                        + player
                        + "; media-src blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    void register(@Observes Filters filters) {
        filters.register(this::look, FIRST);
    }

    private void look(RoutingContext context) {
        HttpServerRequest request = context.request();
        boolean playlist = playlists.has(request);
        boolean open = PublicRoutes.has(request) || playlist;
        headers(context.response(), open, request.path());
        if (!playlist) {
            // A console of yesterday's version against today's worker is a fault that nobody finds at night.
            context.response().putHeader(HttpHeaders.CACHE_CONTROL, open ? "no-cache" : "no-store");
        }
        Optional<Refusal> refusal = open ? admission.atTheDoor(request) : admission.inside(request);
        if (refusal.isPresent()) {
            refusals.answer(refusal.get(), context.request());
        } else if (!open && PublicRoutes.isPage(request.path())) {
            // Those who serve the pages answer other methods with 404, or as if they were GET.
            context.response()
                    .setStatusCode(405)
                    .putHeader("Allow", PublicRoutes.allowed())
                    .putHeader(HttpHeaders.CONNECTION, "close")
                    .end();
        } else {
            context.next();
        }
    }

    private void headers(HttpServerResponse response, boolean open, String path) {
        response.putHeader("X-Content-Type-Options", "nosniff");
        response.putHeader("Referrer-Policy", "no-referrer");
        response.putHeader("X-Frame-Options", "DENY");
        // Swagger UI's page has a script and styles in itself.
        response.putHeader(
                "Content-Security-Policy",
                open && PublicRoutes.isSwagger(path)
                        ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline';"
                                + " img-src 'self' data:; frame-ancestors 'none'"
                        : policy);
    }
}
