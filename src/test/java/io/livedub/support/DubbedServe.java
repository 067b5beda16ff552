package io.livedub.support;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All that dubbed streams need, ended as one: an RTMP server, the echo STS, publishers, and {@code serve} among them. Segments of 2 s that air
 * 6 s after they are complete, unless the variables say otherwise.
 */
public final class DubbedServe implements AutoCloseable {
    private final MediaServer server;
    private final EchoProcess echo;
    private final List<Process> publishers = new ArrayList<>();
    private final List<ServeProcess> serves = new ArrayList<>();

    private DubbedServe(MediaServer server, EchoProcess echo) {
        this.server = server;
        this.echo = echo;
    }

    /** The servers for these streams, with an echo that takes this long; {@code serve} itself is started by {@link #serve}. */
    public static DubbedServe of(Duration echoDelay, String... streamIds) {
        return new DubbedServe(MediaServer.start(streamIds), EchoProcess.start("--delay", echoDelay.toMillis() + "ms"));
    }

    public static DubbedServe of(String... streamIds) {
        return of(Duration.ZERO, streamIds);
    }

    /** @param variables over those of this class */
    public ServeProcess serve(Path segments, Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of(
                "MEDIAMTX_RTMP_PORT", Integer.toString(server.port()),
                "WORKER_STS_MODE", "enabled",
                "WORKER_STS_SERVICE_URL", echo.url(),
                "WORKER_SEGMENT_DURATION", "2s",
                "WORKER_AV_OFFSET_NS", "6000000000"));
        all.putAll(variables);
        ServeProcess serve = ServeProcess.start(segments, all);
        serves.add(serve);
        return serve;
    }

    /** Two minutes of picture and sound, to {@code live/{id}/in}. */
    public Process publish(String streamId) {
        return publish("live/" + streamId + "/in", Ffmpeg.mono25(120), List.of(), List.of("-c", "copy"));
    }

    /**
     * @param before options of ffmpeg for its input
     * @param codecs options of ffmpeg for its output
     */
    public Process publish(String path, Path source, List<String> before, List<String> codecs) {
        Process publisher = Ffmpeg.publish(source, server.url(path), before, codecs);
        publishers.add(publisher);
        return publisher;
    }

    public void stopPublishers() {
        publishers.forEach(Shell::stop);
        publishers.clear();
    }

    /** Of a path of the RTMP server, {@code live/{id}/out} for what viewers get. */
    public String url(String path) {
        return server.url(path);
    }

    public EchoProcess echo() {
        return echo;
    }

    @Override
    public void close() {
        stopPublishers();
        serves.forEach(ServeProcess::close);
        echo.close();
        server.close();
    }
}
