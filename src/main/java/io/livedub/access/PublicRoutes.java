package io.livedub.access;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.vertx.core.http.HttpServerRequest;

/**
 * What loads without the secret: pages that hold nothing and ask for the secret themselves. All else is closed.
 *
 * <p>A request is compared as it was sent, byte for byte. A list of what is guarded would have to know every spelling that the router
 * reads as the same path ({@code ;x}, {@code //}, {@code %76}, …); with this list a spelling that we did not think of is refused.
 */
final class PublicRoutes {
    private static final List<String> METHODS = List.of("GET", "HEAD");
    private static final Set<String> FILES = Set.of(
            "/",
            "/index.html",
            "/console.js",
            "/page.js",
            "/figures.js",
            "/languages.js",
            "/player.js",
            "/hls.min.js",
            "/console.css",
            "/icon.svg",
            "/q/openapi",
            "/q/swagger-ui");
    private static final Pattern SWAGGER_FILE = Pattern.compile("/q/swagger-ui/([A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*)?");

    private PublicRoutes() {}

    static boolean has(HttpServerRequest request) {
        return isPage(request.path()) && METHODS.contains(request.method().name());
    }

    static boolean isPage(String path) {
        return path != null && (FILES.contains(path) || isSwagger(path));
    }

    /** The value of {@code Allow}. */
    static String allowed() {
        return String.join(", ", METHODS);
    }

    static boolean isSwagger(String path) {
        return SWAGGER_FILE.matcher(path).matches();
    }
}
