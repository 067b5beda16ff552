package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

import org.awaitility.Awaitility;

/** A real MediaMTX with RTMP and nothing else: the program that {@code MEDIAMTX_BIN} names, or {@code mediamtx} on the PATH. */
public final class MediaMtx implements MediaServer {
    /** Why a test that needs the server is skipped. */
    public static final String MISSING = "no MediaMTX here: set MEDIAMTX_BIN, or put mediamtx on the PATH";

    private static final String CONFIGURATION =
            """
            logLevel: info
            readTimeout: 10s
            writeTimeout: 10s
            rtsp: false
            hls: false
            webrtc: false
            srt: false
            rtmp: true
            rtmpAddress: 127.0.0.1:%d
            pathDefaults:
              overridePublisher: %s
            paths:
              all_others:
            """;

    private final Path folder;
    private final int port;
    private final Path program;
    private Process process;

    private MediaMtx(Path program, boolean overridePublisher) throws IOException {
        this.program = program;
        folder = Files.createTempDirectory("mediamtx");
        port = Ports.free();
        Files.writeString(configuration(), CONFIGURATION.formatted(port, overridePublisher ? "true" : "false"));
        run();
    }

    private Path configuration() {
        return folder.resolve("mediamtx.yml");
    }

    private void run() throws IOException {
        // `moq` of newer versions opens ports of its own; older ones would not know the key, but ignore the variable.
        ProcessBuilder builder = new ProcessBuilder(
                        program.toString(), configuration().toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("out.log").toFile());
        builder.environment().put("MTX_MOQ", "false");
        process = builder.start();
        Awaitility.await("MediaMTX answers")
                .atMost(Duration.ofSeconds(10))
                .until(() -> Ports.accepts(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new IllegalStateException("MediaMTX ended: " + Files.readString(folder.resolve("out.log")));
        }
    }

    /** Empty when this machine has none. */
    public static Optional<Path> program() {
        String named = System.getenv("MEDIAMTX_BIN");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named)).filter(Files::isExecutable);
        }
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "mediamtx"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** @param overridePublisher whether a second publisher kicks the first, as the server does by default */
    public static MediaMtx start(boolean overridePublisher) {
        try {
            return new MediaMtx(program().orElseThrow(() -> new IllegalStateException(MISSING)), overridePublisher);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url(String path) {
        return "rtmp://127.0.0.1:" + port + "/" + path;
    }

    @Override
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void startAgain() {
        try {
            run();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        Shell.stop(process);
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
