package io.livedub.access;

import java.util.SortedSet;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;

import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.CurrentRequestManager;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;

/**
 * Answers a method that the resource at this path does not have, with the {@code Allow} that HTTP asks for: the router's own 405 has
 * none, and its answer to OPTIONS names the methods of all resources of a class. Runs behind {@link Doorkeeper}, so nobody without the
 * secret hears which resources there are.
 */
@ApplicationScoped
public class MethodGuard {
    private volatile RoutedMethods routes;

    /** @return 405, or the answer to OPTIONS; null lets the request through */
    @ServerRequestFilter(preMatching = true)
    public Response guard(ContainerRequestContext context) {
        ResteasyReactiveRequestContext request = CurrentRequestManager.get();
        SortedSet<String> methods = routes(request).of(request.getPathWithoutPrefix());
        String method = context.getMethod();
        if (method.equals(HttpMethod.OPTIONS)) {
            return methods.isEmpty()
                    ? Response.status(Response.Status.NOT_FOUND).build()
                    : Response.ok().allow(methods).build();
        }
        return methods.isEmpty() || methods.contains(method)
                ? null
                : Response.status(Response.Status.METHOD_NOT_ALLOWED)
                        .allow(methods)
                        .build();
    }

    /** The routes are complete by the first request and do not change after it. Two first requests may both read them. */
    private RoutedMethods routes(ResteasyReactiveRequestContext request) {
        RoutedMethods known = routes;
        if (known == null) {
            known = new RoutedMethods(request.getDeployment());
            routes = known;
        }
        return known;
    }
}
