package io.livedub.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;

/**
 * Answers requests without a usable {@code Host} header. The router fails them before any filter sees them, and Quarkus would log an error with an
 * exception for each: whoever scans ports could write the log full, past {@link RefusalLog}.
 */
@ApplicationScoped
public class HostlessRequests {
    /** Before the failure handler of Quarkus, which is the last route. */
    private static final int FIRST = -2_000;

    private final Refusals refusals;

    public HostlessRequests(Refusals refusals) {
        this.refusals = refusals;
    }

    void main(@Observes Router router) {
        register(router);
    }

    void management(@Observes ManagementInterface management) {
        register(management.router());
    }

    private void register(Router router) {
        router.route().order(FIRST).failureHandler(this::failed);
    }

    private void failed(RoutingContext context) {
        if (context.statusCode() != Refusal.NO_HOST.status()
                || context.request().authority() != null) {
            context.next();
            return;
        }
        refusals.answer(Refusal.NO_HOST, context.request());
    }
}
