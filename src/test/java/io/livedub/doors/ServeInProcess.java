package io.livedub.doors;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;

import io.quarkus.test.junit.QuarkusTestProfile;

import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.supervision.FakeLauncher;
import io.livedub.stream.supervision.RunningStream;
import io.livedub.stream.supervision.StreamLauncher;

/** {@code serve} in the process of the tests. Everything is the worker's own but the streams, which do what a test says. */
final class ServeInProcess {
    static final String SECRET = "s3cret";
    static final int ROOM = 3;

    private ServeInProcess() {}

    /** In place of the launcher that would read a media server. */
    @Alternative
    @Singleton
    public static class Launcher implements StreamLauncher {
        private final FakeLauncher fake = new FakeLauncher();

        @Override
        public RunningStream launch(StreamSpec spec, Consumer<StreamEvent> events) {
            return fake.launch(spec, events);
        }

        List<FakeLauncher.Run> runs() {
            return List.copyOf(fake.runs);
        }

        FakeLauncher.Run last() {
            return fake.last();
        }

        void forget() {
            fake.runs.clear();
        }
    }

    /** Without a secret, and with room for a few streams. */
    public static class Open implements QuarkusTestProfile {
        @Override
        public Map<String, String> getConfigOverrides() {
            return new HashMap<>(Map.of(
                    "quarkus.http.test-port", "0",
                    "quarkus.management.test-port", "0",
                    "quarkus.http.host", "127.0.0.1",
                    "quarkus.management.host", "127.0.0.1",
                    "worker.http-port", "0",
                    "worker.sts-service-url", "http://127.0.0.1:1",
                    "worker.max-streams", Integer.toString(ROOM),
                    "mediamtx.host", "127.0.0.1",
                    "mediamtx.rtmp-port", "1"));
        }

        @Override
        public Set<Class<?>> getEnabledAlternatives() {
            return Set.of(Launcher.class);
        }
    }

    /** With a secret. */
    public static class Closed extends Open {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> config = super.getConfigOverrides();
            config.put("worker.hook-secret", SECRET);
            return config;
        }
    }

    /** A process of its own, since one that drains takes nothing any more. */
    public static class Draining extends Open {}
}
