package io.livedub.access;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import io.livedub.support.RawHttp;

import static org.assertj.core.api.Assertions.assertThat;

/** Playlists for viewers without the secret, and nothing else. */
@Tag("serve-in-process")
@QuarkusTest
@TestProfile(PublicPlaylistsTest.Viewed.class)
class PublicPlaylistsTest {
    /** With a secret, public playlists, and a media server that does not answer. */
    public static final class Viewed extends Doors.Closed {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = super.getConfigOverrides();
            config.put("worker.public-playlists", "on");
            config.put("mediamtx.hls-url", "http://127.0.0.1:1");
            return config;
        }
    }

    @ConfigProperty(name = "quarkus.http.port")
    int port;

    private HttpResponse<String> send(String method, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void playersOfOtherSitesMayReadThem() throws Exception {
        // given
        assertThat(send("PUT", "/v1/streams/seen", "Authorization", "Bearer " + Doors.SECRET)
                        .statusCode())
                .isEqualTo(201);
        String[] elsewhere = {"Origin", "https://player.example", "Sec-Fetch-Site", "cross-site"};
        // then
        HttpResponse<String> master = send("GET", "/v1/streams/seen/master.m3u8", elsewhere);
        assertThat(master.statusCode()).as(master.body()).isEqualTo(503);
        assertThat(master.headers().allValues("Access-Control-Allow-Origin")).containsExactly("*");
        assertThat(master.headers().allValues("Cache-Control")).containsExactly("no-store");
        assertThat(master.headers().firstValue("Retry-After")).isPresent();
        assertThat(send("GET", "/v1/streams/seen/hls/video/index.m3u8", elsewhere)
                        .statusCode())
                .isEqualTo(503);
        for (String unknown : List.of(
                "/v1/streams/other/master.m3u8",
                "/v1/streams/other/hls/video/index.m3u8",
                "/v1/streams/seen/hls/audio-xx/index.m3u8",
                "/v1/streams/seen/hls/captions-es/index.m3u8",
                "/v1/streams/seen/hls/elsewhere/index.m3u8",
                "/v1/streams/seen/hls/video/00000000-1.mp4",
                "/v1/streams/seen/hls/video/00000000-init1.mp4",
                "/v1/streams/seen/hls/video/x.mp4")) {
            HttpResponse<String> answer = send("GET", unknown, elsewhere);
            assertThat(answer.statusCode()).as(unknown).isEqualTo(404);
            assertThat(answer.headers().allValues("Access-Control-Allow-Origin"))
                    .as(unknown)
                    .containsExactly("*");
        }
    }

    @Test
    void nothingElseIsOpen() throws Exception {
        for (String path : List.of(
                "/v1/streams",
                "/v1/streams/seen",
                "/v1/streams/seen/captions.vtt",
                "/v1/streams/events",
                "/v1/streams/seen/hls",
                "/v1/streams/seen/hls/video",
                "/v1/streams/seen/hls/video/index.html",
                "/v1/streams/seen/master.m3u8/",
                "/v1/streams/seen;x/master.m3u8",
                "//v1/streams/seen/master.m3u8",
                "/v1/streams/%73een/master.m3u8",
                "/v1/streams/seen/hls/../master.m3u8",
                "/v1/streams/seen/hls/video/..%2f..%2fx.mp4")) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            assertThat(RawHttp.send(port, request).status()).as(path).isEqualTo(401);
        }
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            assertThat(send(method, "/v1/streams/seen/master.m3u8").statusCode())
                    .as(method)
                    .isEqualTo(401);
        }
    }
}
