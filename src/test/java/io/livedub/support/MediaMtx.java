package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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
            %s
            paths:
              all_others:
            """;
    /** A publisher that is started on demand and never comes by itself: whoever asks for a path waits for it. */
    private static final String HELD =
            """
              runOnDemand: sleep 3600
              runOnDemandStartTimeout: 60s
            """;

    private final Path folder;
    private final int port;
    private final Path program;
    private Process process;

    private MediaMtx(Path program, boolean overridePublisher, String pathDefaults) throws IOException {
        this.program = program;
        folder = Files.createTempDirectory("mediamtx");
        port = Ports.free();
        Files.writeString(configuration(), CONFIGURATION.formatted(port, overridePublisher, pathDefaults));
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
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.log").toFile()));
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
        return start(overridePublisher, "");
    }

    static MediaMtx startHoldingPlayers() {
        return start(false, HELD);
    }

    private static MediaMtx start(boolean overridePublisher, String pathDefaults) {
        try {
            return new MediaMtx(
                    program().orElseThrow(() -> new IllegalStateException(MISSING)), overridePublisher, pathDefaults);
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

    /** Connections that were opened, for it does not tell who of them is held. */
    @Override
    public int players() {
        return times(" opened");
    }

    @Override
    public int publications(String name) {
        return times("/" + name + "'", "is publishing to path");
    }

    @Override
    public int refusedPublications() {
        return times("someone is already publishing");
    }

    /** It lets players in when the tracks are known, and gives each what comes from then on. */
    @Override
    public Process publishToHeld(Path file, String path, int players, List<String> arguments) {
        List<String> held = new ArrayList<>(arguments);
        held.add("--frames-on-input");
        Process publisher = PublishScript.start(url(path), file, held);
        Awaitility.await(players + " players of " + path)
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> times("is reading from path '" + path + "'") >= players);
        PublishScript.letFramesGo(publisher);
        return publisher;
    }

    private int times(String... parts) {
        try (Stream<String> lines = Files.lines(folder.resolve("out.log"))) {
            return (int) lines.filter(line -> Stream.of(parts).allMatch(line::contains))
                    .count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void thaw() {
        signal("CONT");
    }

    private void signal(String signal) {
        Shell.run("kill", "-" + signal, Long.toString(process.pid()));
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
        if (process.isAlive()) {
            thaw();
            Shell.stop(process);
        }
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
