package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

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

    /** With a shell: the image without a suffix cannot run hooks. */
    private static final String IMAGE = "bluenviron/mediamtx:1.20.1-ffmpeg";

    private static final Path SCRIPT =
            Path.of("deploy/mediamtx/stream-worker-hook.sh").toAbsolutePath();

    private final int rtmpPort;
    private final int apiPort;
    private final Runnable stop;

    private HookedMediaMtx(int rtmpPort, int apiPort, Runnable stop) {
        this.rtmpPort = rtmpPort;
        this.apiPort = apiPort;
        this.stop = stop;
    }

    private static String configuration(int rtmpPort, int apiPort, String script) {
        return CONFIGURATION.formatted(rtmpPort, apiPort, script, script);
    }

    private static HookedMediaMtx program(int rtmpPort, String workerUrl) throws IOException {
        int apiPort = Ports.free();
        Path folder = Files.createTempDirectory("mediamtx-hooks");
        Path configuration =
                Files.writeString(folder.resolve("mediamtx.yml"), configuration(rtmpPort, apiPort, SCRIPT.toString()));
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
        Process process = builder.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(15))
                .until(() -> Ports.accepts(rtmpPort) && Ports.accepts(apiPort) || !process.isAlive());
        return new HookedMediaMtx(rtmpPort, apiPort, () -> Shell.stop(process));
    }

    /** Why MediaMTX's own image cannot run here; empty when a Docker engine answers. */
    public static Optional<String> imageMissing() {
        try {
            DockerClientFactory.instance().client();
            return Optional.empty();
        } catch (IllegalStateException noEngine) {
            return Optional.of("no Docker engine answers here, so " + IMAGE + " cannot run: " + noEngine.getMessage());
        }
    }

    /** The same in MediaMTX's own image, on the network of this machine: it and the worker find each other on loopback. */
    @SuppressWarnings("resource")
    public static HookedMediaMtx startImage(int rtmpPort, String workerUrl) {
        int apiPort = Ports.free();
        String script = "/stream-worker-hook.sh";
        GenericContainer<?> container = new GenericContainer<>(DockerImageName.parse(IMAGE))
                .withNetworkMode("host")
                .withCopyToContainer(Transferable.of(configuration(rtmpPort, apiPort, script)), "/mediamtx.yml")
                .withCopyFileToContainer(MountableFile.forHostPath(SCRIPT, 0755), script)
                .withEnv("MTX_MOQ", "false")
                .withEnv("STREAM_WORKER_URL", workerUrl);
        container.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(15))
                .until(() -> Ports.accepts(rtmpPort) && Ports.accepts(apiPort) || !container.isRunning());
        return new HookedMediaMtx(rtmpPort, apiPort, container::stop);
    }

    /** @param workerUrl where its hooks go */
    public static HookedMediaMtx start(int rtmpPort, String workerUrl) {
        try {
            return program(rtmpPort, workerUrl);
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
        stop.run();
    }
}
