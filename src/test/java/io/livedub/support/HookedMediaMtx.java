package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;

/** A real MediaMTX whose hooks are the project's own command, with its control API. */
public final class HookedMediaMtx implements AutoCloseable {
    private static final String CONFIGURATION =
            """
            logLevel: info
            rtsp: false
            hls: false
            webrtc: false
            srt: false
            rtmp: true
            rtmpAddress: 127.0.0.1:%d
            api: true
            apiAddress: 127.0.0.1:%d
            paths:
              "~^live/[A-Za-z0-9_-]+/in$":
                runOnAvailable: %s ready
                runOnUnavailable: %s not-ready
              "~^live/[A-Za-z0-9_-]+/out$":
            """;

    private final Path folder;
    private final int rtmpPort;
    private final int apiPort = Ports.free();
    private final Process process;

    private HookedMediaMtx(int rtmpPort, String workerUrl) throws IOException {
        this.rtmpPort = rtmpPort;
        folder = Files.createTempDirectory("mediamtx-hooks");
        String script = Path.of("deploy/mediamtx/stream-worker-hook.sh")
                .toAbsolutePath()
                .toString();
        Path configuration = Files.writeString(
                folder.resolve("mediamtx.yml"), CONFIGURATION.formatted(rtmpPort, apiPort, script, script));
        ProcessBuilder builder = new ProcessBuilder(
                        MediaMtx.program()
                                .orElseThrow(() -> new IllegalStateException(MediaMtx.MISSING))
                                .toString(),
                        configuration.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(Shell.target().resolve("mediamtx-hooks.log").toFile());
        builder.environment().put("MTX_MOQ", "false");
        builder.environment().put("STREAM_WORKER_URL", workerUrl);
        process = builder.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(15))
                .until(() -> Ports.accepts(rtmpPort) && Ports.accepts(apiPort) || !process.isAlive());
    }

    /** @param workerUrl where its hooks go */
    public static HookedMediaMtx start(int rtmpPort, String workerUrl) {
        try {
            return new HookedMediaMtx(rtmpPort, workerUrl);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public int port() {
        return rtmpPort;
    }

    public String url(String path) {
        return "rtmp://127.0.0.1:" + rtmpPort + "/" + path;
    }

    /** Its control API. */
    public String apiUrl() {
        return "http://127.0.0.1:" + apiPort;
    }

    /** Whether a path has a publisher, and what its id is. */
    public String publisherOf(String path) {
        String answer = Shell.run("curl", "-s", apiUrl() + "/v3/paths/list?itemsPerPage=1000");
        try {
            for (com.fasterxml.jackson.databind.JsonNode item : new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(answer)
                    .get("items")) {
                if (item.get("name").asText().equals(path) && item.get("ready").asBoolean()) {
                    return item.path("source").path("id").asText();
                }
            }
            return "";
        } catch (IOException notJson) {
            throw new UncheckedIOException(answer, notJson);
        }
    }

    @Override
    public void close() {
        Shell.stop(process);
    }
}
