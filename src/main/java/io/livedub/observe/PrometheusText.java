package io.livedub.observe;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /metrics} is Prometheus text unless OpenMetrics is asked for by name. Micrometer's handler takes a request without a
 * preference, such as curl's, for one of OpenMetrics, whose counters are declared without {@code _total}.
 */
@ApplicationScoped
public class PrometheusText {
    private static final String TEXT = "text/plain";

    void register(@Observes ManagementInterface management) {
        management.router().get("/metrics").order(Integer.MIN_VALUE).handler(PrometheusText::preferText);
    }

    private static void preferText(RoutingContext context) {
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        if (accept == null || accept.isBlank() || "*/*".equals(accept.strip())) {
            context.request().headers().set(HttpHeaders.ACCEPT, TEXT);
        }
        context.next();
    }
}
