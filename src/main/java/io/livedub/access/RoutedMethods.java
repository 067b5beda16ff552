package io.livedub.access;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

import org.jboss.resteasy.reactive.server.core.Deployment;
import org.jboss.resteasy.reactive.server.handlers.ClassRoutingHandler;
import org.jboss.resteasy.reactive.server.handlers.RestInitialHandler.InitialMatch;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper;
import org.jboss.resteasy.reactive.server.mapping.RequestMapper.RequestMatch;
import org.jboss.resteasy.reactive.server.mapping.RuntimeResource;
import org.jboss.resteasy.reactive.server.spi.ServerRestHandler;

/**
 * The methods that a path can be asked with. It asks the router's own tables in the router's own way, so that a resource that is added
 * is known by itself, and a path in another spelling is the resource that the router takes it for.
 */
final class RoutedMethods {
    private final RequestMapper<InitialMatch> classes;

    RoutedMethods(Deployment deployment) {
        classes = new RequestMapper<>(deployment.getClassMappers());
    }

    /** @return empty when there is no resource at this path, with any method */
    SortedSet<String> of(String path) {
        SortedSet<String> methods = new TreeSet<>();
        RequestMatch<InitialMatch> found = classes.map(path);
        while (found != null) {
            for (ServerRestHandler handler : found.value.handlers) {
                if (handler instanceof ClassRoutingHandler routing) {
                    add(methods, routing.getMappers(), found.remaining.isEmpty() ? "/" : found.remaining);
                }
            }
            found = classes.continueMatching(path, found);
        }
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        if (!methods.isEmpty()) {
            methods.add("OPTIONS");
        }
        return methods;
    }

    private static void add(
            SortedSet<String> methods, Map<String, RequestMapper<RuntimeResource>> mappers, String remaining) {
        mappers.forEach((method, mapper) -> {
            // The router keeps sub-resources without a method of their own under null; this API has none.
            if (method != null && mapper.map(remaining) != null) {
                methods.add(method);
            }
        });
    }
}
