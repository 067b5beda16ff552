package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How a worker is started for one stream. */
public final class WorkerRun {
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();

    WorkerRun(String streamId) {
        arguments.addAll(List.of("run", "--stream-id", streamId));
        env("WORKER_METRICS_PORT", Integer.toString(Ports.free()));
        env("LOG_FORMAT", "json");
    }

    public WorkerRun env(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public WorkerRun arg(String... more) {
        arguments.addAll(List.of(more));
        return this;
    }

    /** The stream's source and output lie on this server, at the contract's paths. */
    public WorkerRun on(MediaServer server) {
        return env("MEDIAMTX_HOST", "127.0.0.1").env("MEDIAMTX_RTMP_PORT", Integer.toString(server.port()));
    }

    public WorkerRun passthrough() {
        return env("WORKER_STS_MODE", "passthrough");
    }

    public WorkerRun dubbedBy(String stsUrl) {
        return env("WORKER_STS_SERVICE_URL", stsUrl);
    }

    public WorkerRun segments(Path folder) {
        return env("WORKER_SEGMENT_DIR", folder.toString());
    }

    public WorkerProcess start() {
        try {
            return new WorkerProcess(arguments, environment);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
