package io.livedub.access;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTestProfile;

import io.livedub.support.RawHttp;

/** The worker of {@code serve} in this process. No stream goes on air, since no media server listens at its URL. */
final class Doors {
    static final String SECRET = "s3cret\"with\"\\in-it";

    private Doors() {}

    private static Map<String, String> serve() {
        return new LinkedHashMap<>(Map.of(
                "quarkus.http.test-port", "0",
                "quarkus.management.test-port", "0",
                "quarkus.http.host", "127.0.0.1",
                "quarkus.management.host", "127.0.0.1",
                "worker.http-port", "0",
                "worker.sts-mode", "passthrough",
                "worker.max-streams", "40",
                "mediamtx.host", "127.0.0.1",
                "mediamtx.rtmp-port", "1"));
    }

    /** The API's own description, so that a resource that is added is in the tests' tables by itself. */
    static JsonNode description(int port) throws IOException {
        String text = RawHttp.send(
                        port,
                        "GET /q/openapi HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: application/json\r\n\r\n")
                .text();
        return new ObjectMapper()
                .readTree(text.substring(text.indexOf("\r\n\r\n") + 4).replaceFirst("(?s)^[0-9a-f]+\r\n", ""));
    }

    /** With a secret. */
    public static class Closed implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = serve();
            config.put("worker.hook-secret", SECRET);
            return config;
        }
    }

    /** Without one. */
    public static final class Open implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return serve();
        }
    }
}
