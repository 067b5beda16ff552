package io.livedub.hook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

import io.livedub.config.WorkerConfig;
import io.livedub.media.Authorities;

/**
 * How the media server's control API is asked.
 *
 * @param authorities who may have signed its certificate
 */
record ApiAccess(Optional<WorkerConfig.Login> login, Authorities authorities) {
    /** @throws IOException when the authorities' file cannot be used */
    HttpClient.Builder client() throws IOException {
        return HttpClient.newBuilder().sslContext(authorities.trust());
    }

    /** The header of each request; never printed. */
    Map<String, String> headers() {
        return login.map(who -> Map.of(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(
                                                (who.user() + ":" + who.pass()).getBytes(StandardCharsets.UTF_8))))
                .orElse(Map.of());
    }
}
