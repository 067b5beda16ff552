package io.livedub.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.support.EchoProcess;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.Metrics;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

/**
 * One stream through the packaged worker and the packaged echo, seen whole: worker and viewers are there before the source's first frame, so that
 * all of it is dubbed, and {@link #finish} waits for the end.
 */
final class DubbedRun implements AutoCloseable {
    /** A segment, the offset, the grace time of a source that is gone, and the air for all that. */
    private static final Duration TAIL = Duration.ofSeconds(60);

    private final String id;
    private final Path source;
    private final Path folder;
    private final EchoProcess echo;
    private final MediaServer server;
    private final LiveReader in;
    private final LiveReader out;
    private final WorkerProcess worker;
    private final Process publisher;
    private final List<Packet> original;
    private List<Packet> arrived;
    private List<Packet> aired;
    private int exitCode;

    DubbedRun(String id, Path source, Path folder, EchoProcess echo, Map<String, String> environment) {
        this.id = id;
        this.source = source;
        this.folder = folder;
        this.echo = echo;
        original = Packets.ofFile(source);
        // Idle: players wait for the publisher in silence, so that they miss nothing of it.
        server = MediaServer.startHoldingPlayers(id);
        in = LiveReader.start(url("in"), folder.resolve(id + "-in.flv"));
        out = LiveReader.start(url("out"), folder.resolve(id + "-out.flv"));
        WorkerRun run =
                WorkerProcess.run(id).on(server).dubbedBy(echo.url()).segments(folder.resolve(id + "-segments"));
        environment.forEach(run::env);
        worker = run.start().samplingSeldom();
        server.awaitPlayers(3, worker);
        publisher = server.publishToHeld(source, "live/" + id + "/in", 2);
    }

    private String url(String direction) {
        return server.url("live/" + id + "/" + direction);
    }

    DubbedRun finish(Duration sourceLength) {
        Duration limit = sourceLength.plus(TAIL);
        exitCode = worker.awaitExit(limit);
        arrived = in.toEnd(Duration.ofSeconds(10));
        aired = out.toEnd(Duration.ofSeconds(10));
        return this;
    }

    String id() {
        return id;
    }

    WorkerProcess worker() {
        return worker;
    }

    int exitCode() {
        return exitCode;
    }

    Path source() {
        return source;
    }

    Path recording() {
        return out.recording();
    }

    /** Packets of the source's file. */
    List<Packet> original() {
        return original;
    }

    /** Packets that a reader of the source beside the worker saw. */
    List<Packet> arrived() {
        return arrived;
    }

    /** Packets that a viewer saw. */
    List<Packet> aired() {
        return aired;
    }

    Metrics metrics() {
        return worker.lastMetrics();
    }

    /** @param track video.mp4, audio.m4a or audio_dubbed.m4a */
    Path segment(int batch, String track) {
        return folder.resolve("%s-segments/%s/%06d_%s".formatted(id, id, batch, track));
    }

    /** The echo's sessions with this stream. */
    List<JsonNode> sessions() {
        return StreamSupport.stream(echo.state().path("sessions").spliterator(), false)
                .filter(session -> session.path("stream_id").asText().equals(id))
                .toList();
    }

    /** The echo's fragments of this stream, in the order of their arrival. */
    List<JsonNode> fragments() {
        List<String> sessions = sessions().stream()
                .map(session -> session.path("session_id").asText())
                .toList();
        return StreamSupport.stream(echo.state().path("fragments").spliterator(), false)
                .filter(fragment ->
                        sessions.contains(fragment.path("session_id").asText()))
                .toList();
    }

    /** From a segment's last frame at a reader of the source to the file's place under its name, one figure for each segment, ns. */
    List<Long> writtenAfterNs(int segments) {
        List<Long> after = new ArrayList<>();
        int[] read = new int[2];
        for (int batch = 0; batch < segments; batch++) {
            long lastNs = Long.MIN_VALUE;
            long namedNs = Long.MIN_VALUE;
            for (int track = 0; track < 2; track++) {
                List<Packet> source = track == 0 ? Packets.video(arrived) : Packets.audio(arrived);
                Path file = segment(batch, track == 0 ? "video.mp4" : "audio.m4a");
                List<Packet> packets = Packets.ofFile(file);
                read[track] += packets.size();
                Packet last = source.get(read[track] - 1);
                if (!last.digest().equals(packets.get(packets.size() - 1).digest())) {
                    throw new AssertionError(
                            "%s does not end with the source's packet %d".formatted(file, read[track] - 1));
                }
                lastNs = Math.max(lastNs, last.wallNs());
                namedNs = Math.max(namedNs, changedNs(file));
            }
            after.add(namedNs - lastNs);
        }
        return after;
    }

    /** When the file got its name: a rename changes the inode's time, not the content's. */
    private static long changedNs(Path file) {
        try {
            java.nio.file.attribute.FileTime changed =
                    (java.nio.file.attribute.FileTime) Files.getAttribute(file, "unix:ctime");
            return changed.to(java.util.concurrent.TimeUnit.NANOSECONDS);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        worker.close();
        in.close();
        out.close();
        if (publisher != null) {
            Shell.stop(publisher);
        }
        server.close();
    }
}
