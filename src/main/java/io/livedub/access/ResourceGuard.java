package io.livedub.access;

import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

import io.vertx.core.http.HttpServerRequest;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * Stands before every resource, and is asked when the router has found one: whatever the path looked like, what runs is guarded. The
 * playlists for viewers are the one resource that can be public; another one needs a rule here, and is closed until then.
 */
@ApplicationScoped
public class ResourceGuard {
    private final Admission admission;
    private final Refusals refusals;
    private final PublicPlaylists playlists;

    public ResourceGuard(Admission admission, Refusals refusals, PublicPlaylists playlists) {
        this.admission = admission;
        this.refusals = refusals;
        this.playlists = playlists;
    }

    /** @return the refusal; null lets the request through */
    @ServerRequestFilter
    public Response guard(HttpServerRequest request) {
        Optional<Refusal> refusal =
                playlists.has(request) ? admission.atTheDoor(request) : admission.atTheResource(request);
        refusal.ifPresent(why -> refusals.refused(why, request));
        return refusal.map(ResourceGuard::answer).orElse(null);
    }

    private static Response answer(Refusal refusal) {
        Response.ResponseBuilder answer = Response.status(refusal.status())
                .type(MediaType.APPLICATION_JSON)
                .entity(refusal.json());
        return refusal == Refusal.SECRET
                ? answer.header("WWW-Authenticate", "Bearer").build()
                : answer.build();
    }
}
