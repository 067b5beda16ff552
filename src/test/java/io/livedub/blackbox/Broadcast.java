package io.livedub.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

/** One live stream under test: a source published in real time, a worker that dubs it, a viewer of what it publishes. */
final class Broadcast implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** Segment, offset, grace time, and what a loaded machine takes to start and stop. */
    private static final Duration TAIL = Duration.ofSeconds(45);

    private final String id;
    private final NginxRtmp server;
    private final Path folder;
    private final LiveReader viewer;
    private Process publisher;
    private WorkerProcess worker;

    /** @param server knows the stream {@code live/<id>/…} */
    Broadcast(NginxRtmp server, String id) {
        this.id = id;
        this.server = server;
        try {
            folder = Files.createTempDirectory("broadcast-" + id);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        viewer = LiveReader.start(output(), folder.resolve("out.flv"));
    }

    String input() {
        return server.url("live/" + id + "/in");
    }

    String output() {
        return server.url("live/" + id + "/out");
    }

    /** Publishes a file in real time, and returns once it can be read. */
    Broadcast publish(Path file) {
        return publishedBy(Ffmpeg.publish(file, input()));
    }

    /** Takes over a publisher that was started elsewhere. */
    Broadcast publishedBy(Process process) {
        publisher = process;
        try (LiveReader probe = LiveReader.start(input(), folder.resolve("probe.flv"))) {
            probe.first(PATIENCE);
        }
        return this;
    }

    /** SIGTERM: the publisher says goodbye to the server. */
    void stopPublishing() {
        Shell.stop(publisher);
    }

    /** The connection just ends. */
    void killPublisher() {
        publisher.destroyForcibly();
    }

    WorkerProcess work(UnaryOperator<WorkerRun> settings) {
        WorkerRun run = WorkerProcess.run(id)
                .on(server)
                .segments(folder.resolve("segments"))
                .env("WORKER_SOURCE_GRACE_MS", "1000");
        worker = settings.apply(run).start().sampling();
        return worker;
    }

    WorkerProcess worker() {
        return worker;
    }

    /** Waits until the output has run for this long. */
    Broadcast airs(Duration time) {
        viewer.first(PATIENCE);
        org.awaitility.Awaitility.await(id + " airs for " + time)
                .atMost(time.plus(PATIENCE))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> onAirFor().compareTo(time) >= 0 || !worker.isAlive());
        return this;
    }

    private Duration onAirFor() {
        List<Packet> seen = viewer.packets();
        return Duration.ofMillis(seen.get(seen.size() - 1).dtsMs() - seen.get(0).dtsMs());
    }

    List<Packet> seen() {
        return viewer.packets();
    }

    Path recording() {
        return viewer.recording();
    }

    /** Waits for the worker's own end. */
    Aired untilItEnds(Duration limit) {
        int exitCode = worker.awaitExit(limit);
        return new Aired(id, exitCode, viewer.toEnd(PATIENCE), worker);
    }

    /** The source ends, all that is held airs, the worker ends. */
    Aired finish() {
        stopPublishing();
        return untilItEnds(TAIL);
    }

    /** For whoever has to find out why a test failed. */
    private void keepLog() {
        try {
            Path logs = Files.createDirectories(Shell.target().resolve("blackbox-logs"));
            Files.writeString(logs.resolve(id + ".log"), worker.said());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        if (worker != null) {
            worker.close();
            keepLog();
        }
        if (publisher != null) {
            publisher.destroyForcibly();
        }
        viewer.close();
        try (var files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
