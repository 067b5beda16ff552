package io.livedub.sts.socketio;

import java.net.URI;
import java.util.List;

import okhttp3.WebSocket;

/**
 * Host names with an underscore, as Docker Compose has them. The client library takes host and port from {@link URI}, which knows neither of such a
 * name, and would connect to localhost:80. OkHttp takes any name: the library gets one without underscores, and the request the real one.
 */
final class UnderscoreHost {
    private UnderscoreHost() {}

    /** What the library connects to. */
    static URI forLibrary(URI service) {
        String scheme = List.of("https", "wss").contains(service.getScheme()) ? "https" : "http";
        String authority = service.getRawAuthority();
        return URI.create(scheme + "://" + (service.getHost() == null ? standIn(authority) : authority));
    }

    private static String standIn(String authority) {
        int colon = authority.indexOf(':');
        return "sts" + (colon < 0 ? "" : authority.substring(colon));
    }

    /** Puts the real name into each request. */
    static WebSocket.Factory connecting(URI service, WebSocket.Factory factory) {
        if (service.getHost() != null) {
            return factory;
        }
        String host = service.getRawAuthority().replaceFirst(":.*", "");
        return (request, listener) -> factory.newWebSocket(
                request.newBuilder()
                        .url(request.url().newBuilder().host(host).build())
                        .build(),
                listener);
    }
}
