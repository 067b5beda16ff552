package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;

/**
 * A real nginx-rtmp of Debian's packages, for one test class: own folder, own port, no service. For nginx-rtmp the application is
 * everything before a URL's last slash, so that each stream {@code live/<id>/in} needs a block of its own.
 */
public final class NginxRtmp implements MediaServer {
    private static final String PUBLISHABLE = "live on; idle_streams %s; wait_key on; drop_idle_publisher 10s;";

    private final Path folder;
    private final int port;
    private Process process;

    private NginxRtmp(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server that knows the streams {@code live/<id>/…} of these ids, and is ready when this returns. */
    public static NginxRtmp start(String... ids) {
        return start("off", List.of(ids), "");
    }

    /** The same for one stream, whose players wait in silence until it is published. */
    static NginxRtmp startHoldingPlayers(String id) {
        return start("on", List.of(id), "");
    }

    /**
     * @param idleStreams on: a player of an unpublished stream waits in silence; off: the server refuses it
     * @param more further blocks of the rtmp server
     */
    public static NginxRtmp start(String idleStreams, List<String> ids, String more) {
        try {
            NginxRtmp server = new NginxRtmp(Files.createTempDirectory("nginx-rtmp"), Ports.free());
            StringBuilder applications = new StringBuilder();
            for (String id : ids) {
                applications
                        .append("    application live/")
                        .append(id)
                        .append(" { ")
                        .append(PUBLISHABLE.formatted(idleStreams))
                        .append(" }\n");
            }
            server.configure(applications + more);
            server.run();
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void configure(String applications) throws IOException {
        String configuration =
                """
                load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
                worker_processes 1;
                daemon off;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log info;
                events { worker_connections 256; }
                rtmp {
                  access_log off;
                  server {
                    listen 127.0.0.1:%2$d;
                    chunk_size 4096;
                %3$s
                  }
                }
                """
                        .formatted(folder, port, applications);
        Files.writeString(folder.resolve("nginx.conf"), configuration);
    }

    private void run() {
        process = Shell.start(
                folder.resolve("out.log"),
                "nginx",
                "-p",
                folder.toString(),
                "-e",
                folder.resolve("error.log").toString(),
                "-c",
                folder.resolve("nginx.conf").toString());
        Awaitility.await("nginx answers").atMost(Duration.ofSeconds(10)).until(() -> Ports.accepts(port));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url(String path) {
        return "rtmp://127.0.0.1:" + port + "/" + path;
    }

    /** What the server has logged so far: {@code play: name='in'} for each player, {@code publish: name='in'} for each publisher. */
    public String log() {
        try {
            return Files.readString(folder.resolve("error.log"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Every process of the server, worker processes included. */
    public List<Long> pids() {
        // The master first: it would start another worker for one that is killed before it.
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(process.toHandle()),
                        process.toHandle().descendants())
                .map(ProcessHandle::pid)
                .toList();
    }

    @Override
    public void startAgain() {
        run();
    }

    @Override
    public int players() {
        return times("play: name='");
    }

    @Override
    public int publications(String name) {
        return times("publish: name='" + name + "'");
    }

    @Override
    public int refusedPublications() {
        return times("already publishing");
    }

    /** It gives them the first keyframe. */
    @Override
    public Process publishToHeld(Path file, String path, int players, List<String> arguments) {
        return arguments.isEmpty() ? Ffmpeg.publish(file, url(path)) : PublishScript.start(url(path), file, arguments);
    }

    private int times(String part) {
        return log().split(part, -1).length - 1;
    }

    @Override
    public void freeze() {
        signal("-STOP");
    }

    @Override
    public void thaw() {
        signal("-CONT");
    }

    @Override
    public void kill() {
        signal("-KILL");
    }

    private void signal(String signal) {
        for (long pid : pids()) {
            // One that is gone already needs no signal.
            Shell.run("sh", "-c", "kill " + signal + " " + pid + " 2>/dev/null || true");
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
