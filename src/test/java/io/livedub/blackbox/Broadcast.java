package io.livedub.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
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
    private final MediaServer server;
    private final MediaServer outputServer;
    private final Path folder;
    private final LiveReader viewer;
    private Process publisher;
    private WorkerProcess worker;

    /** @param server knows the stream {@code live/<id>/…} */
    Broadcast(MediaServer server, String id) {
        this(server, server, id);
    }

    /** The output goes to a server of its own, which can be killed. */
    Broadcast(MediaServer server, MediaServer outputServer, String id) {
        this.id = id;
        this.server = server;
        this.outputServer = outputServer;
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
        return outputServer.url("live/" + id + "/out");
    }

    /** Publishes a file in real time, and returns once it can be read. */
    Broadcast publish(Path file) {
        return publishedBy(Ffmpeg.publish(file, input()));
    }

    /** The same with {@code src/test/python/publish.py}, which has the faults of real encoders: its arguments behind the URL. */
    Broadcast publish(String... arguments) {
        return publishedBy(startPublishing(arguments));
    }

    /** Starts that publisher beside or after the one there is, and does not wait for it. */
    Process startPublishing(String... arguments) {
        List<String> command = new ArrayList<>(List.of("python3", "src/test/python/publish.py", input()));
        command.addAll(List.of(arguments));
        publisher = Shell.start(folder.resolve("publisher.log"), command.toArray(String[]::new));
        return publisher;
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
        WorkerRun run = WorkerProcess.run(id).on(server).segments(segments()).env("WORKER_SOURCE_GRACE_MS", "1000");
        if (outputServer != server) {
            run.arg("--output-url", output());
        }
        worker = settings.apply(run).start().sampling();
        return worker;
    }

    WorkerProcess worker() {
        return worker;
    }

    Path segments() {
        return folder.resolve("segments");
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

    /** The publisher has sent all it has; what is held airs, the worker ends. */
    Aired finishWithItsSource(Duration limit) {
        try {
            if (!publisher.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(id + ": the publisher has not ended in " + limit);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
        return untilItEnds(TAIL);
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
