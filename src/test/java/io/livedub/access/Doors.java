package io.livedub.access;

import java.util.LinkedHashMap;
import java.util.Map;

import io.quarkus.test.junit.QuarkusTestProfile;

/** The worker as {@code serve} has it, in this process; no stream gets anywhere, since nothing listens where the media server should. */
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
