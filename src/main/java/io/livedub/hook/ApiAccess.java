package io.livedub.hook;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
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
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(authorities.trust());
    }

    HttpRequest.Builder identified(HttpRequest.Builder request) {
        login.ifPresent(who -> request.header(
                "Authorization",
                "Basic "
                        + Base64.getEncoder()
                                .encodeToString((who.user() + ":" + who.pass()).getBytes(StandardCharsets.UTF_8))));
        return request;
    }
}
