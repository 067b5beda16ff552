package io.livedub.media.gst.sink;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.Authorities;
import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.RtmpHandshakeProbe;
import io.livedub.media.SinkException;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.Track;
import io.livedub.media.gst.Recorded;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.source.RtmpSource;
import io.livedub.support.ClosedMediaMtx;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.MediaServer;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.TestCertificates;

import static org.assertj.core.api.Assertions.assertThat;

/** What MediaMTX, closed as the project ships it, makes of the output: when a path is ready, its last frame, logins and TLS. */
class MediaMtxOutputIT {
    private static final SystemMediaClock CLOCK = new SystemMediaClock();
    private static final long STARTED_NS = CLOCK.nowNs();
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int ROUNDS = 10;

    @TempDir
    static Path folder;

    private static TestCertificates certificates;
    private static ClosedMediaMtx server;
    private static FlvFrames source;

    @BeforeAll
    static void start() {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        source = FlvFrames.of(Ffmpeg.small(4));
        certificates = TestCertificates.in(folder, "authority");
        server = ClosedMediaMtx.start(folder, certificates);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
        CLOCK.close();
    }

    private static Publication open(RtmpSink sink) {
        return sink.open(source.video(), source.audio(), Pacing.IMMEDIATE, CLOCK.nowNs());
    }

    private static RtmpSink worker(String path) {
        return new RtmpSink(server.url(path, "worker", ClosedMediaMtx.WORKER_PASS), CLOCK);
    }

    private static SinkException failureOf(RtmpSink sink) {
        try (Publication publication = open(sink)) {
            CompletableFuture<SinkException> failure = publication.failure().subscribeAsCompletionStage();
            source.between(0, 1000).forEach(publication::push);
            assertThat(failure).succeedsWithin(SOON);
            return failure.join();
        }
    }

    @Test
    void aPathIsReadyWithItsFirstFrames() {
        try (Publication publication = open(worker("live/ready/out"))) {
            // A third of a second of media; the server looks for two seconds of it.
            source.between(0, 330).forEach(publication::push);

            Awaitility.await("the path is ready").atMost(SOON).until(() -> server.ready("live/ready/out"));
        }
    }

    @Test
    void anOutputThatBeginsLateIsReadyWithItsFirstFrameToo() {
        try (Publication publication = open(worker("live/again/out-es"))) {
            // Published again after an hour: the headers are stamped 0, the frames go on.
            long hour = TimeUnit.HOURS.toNanos(1);
            source.between(0, 100).forEach(frame -> publication.push(frame.shift(hour)));

            Awaitility.await("the path is ready").atMost(SOON).until(() -> server.ready("live/again/out-es"));
        }
    }

    @Test
    void theLastFrameArrivesOnMediaMtx() {
        theLastFrameArrives(
                id -> server.url("live/" + id + "/out", "worker", ClosedMediaMtx.WORKER_PASS),
                id -> server.url("live/" + id + "/out", "viewer", ClosedMediaMtx.VIEWER_PASS));
    }

    @Test
    void theLastFrameArrivesOnNginx() {
        String[] ids = IntStream.range(0, ROUNDS).mapToObj(i -> "last" + i).toArray(String[]::new);
        try (MediaServer nginx = NginxRtmp.start(ids)) {
            theLastFrameArrives(id -> nginx.url("live/" + id + "/out"), id -> nginx.url("live/" + id + "/out"));
        }
    }

    private interface Urls {
        String of(String id);
    }

    /** Ten outputs that end in the moment in which their last frames are pushed. */
    private static void theLastFrameArrives(Urls publish, Urls read) {
        List<Frame> beginning = source.between(0, 1000);
        List<Frame> rest = source.between(1000, 3000);
        List<Publication> publications = new ArrayList<>();
        List<LiveReader> readers = new ArrayList<>();
        try {
            // The readers first: servers drop a publisher that is silent while they start.
            for (int i = 0; i < ROUNDS; i++) {
                readers.add(LiveReader.start(read.of("last" + i), folder.resolve("last" + i + ".flv")));
            }
            for (int i = 0; i < ROUNDS; i++) {
                Publication publication = open(new RtmpSink(publish.of("last" + i), CLOCK));
                publications.add(publication);
                beginning.forEach(publication::push);
            }
            Awaitility.await("ten readers")
                    .atMost(SOON)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        publications.forEach(publication -> again(beginning).forEach(publication::push));
                        return readers.stream()
                                .noneMatch(reader -> reader.packets().isEmpty());
                    });
            for (Publication publication : publications) {
                rest.forEach(frame -> publication.push(frame.shift(TimeUnit.MINUTES.toNanos(10))));
                var unused = publication.end(Duration.ofSeconds(10)).subscribeAsCompletionStage();
            }
            List<Packet> sent = Packets.ofFile(Ffmpeg.small(4));
            Packet picture = lastBefore(Packets.video(sent), 3000);
            Packet sound = lastBefore(Packets.audio(sent), 3000);
            for (LiveReader reader : readers) {
                List<Packet> seen = reader.toEnd(SOON);
                assertThat(last(Packets.video(seen)).digest()).isEqualTo(picture.digest());
                assertThat(last(Packets.audio(seen)).digest()).isEqualTo(sound.digest());
            }
        } finally {
            readers.forEach(LiveReader::close);
            publications.forEach(Publication::close);
        }
    }

    /** A keyframe and a frame of sound once more, later than anything before: what a reader that joins waits for. */
    private static List<Frame> again(List<Frame> frames) {
        long laterNs = TimeUnit.SECONDS.toNanos(2) + (CLOCK.nowNs() - STARTED_NS);
        return Stream.of(Track.VIDEO, Track.AUDIO)
                .map(track -> Recorded.of(frames, track).get(0).at(laterNs, laterNs))
                .toList();
    }

    private static Packet lastBefore(List<Packet> packets, long endMs) {
        return last(packets.stream().filter(packet -> packet.dtsMs() < endMs).toList());
    }

    private static Packet last(List<Packet> packets) {
        return packets.get(packets.size() - 1);
    }

    @Test
    void whatTheShippedFileForbidsIsRefusedAndTheLoginIsNeverSaid() {
        List<RtmpSink> forbidden = List.of(
                new RtmpSink(server.url("live/closed/in"), CLOCK),
                new RtmpSink(server.url("live/closed/out"), CLOCK),
                new RtmpSink(server.url("live/closed/in", "worker", ClosedMediaMtx.WORKER_PASS), CLOCK),
                new RtmpSink(server.url("live/closed/out", "worker", "wrong-password"), CLOCK),
                new RtmpSink(server.url("live/closed/out", "publisher", ClosedMediaMtx.PUBLISHER_PASS), CLOCK),
                new RtmpSink(server.url("live/closed/out", "viewer", ClosedMediaMtx.VIEWER_PASS), CLOCK));

        List<SinkException> failures =
                forbidden.parallelStream().map(MediaMtxOutputIT::failureOf).toList();

        assertThat(failures).allSatisfy(failure -> assertThat(failure)
                .hasMessageContaining("does not accept the worker's login")
                .hasMessageNotContainingAny(
                        ClosedMediaMtx.WORKER_PASS,
                        "w0rker",
                        "wrong-password",
                        ClosedMediaMtx.PUBLISHER_PASS,
                        ClosedMediaMtx.VIEWER_PASS));
        assertThat(server.paths().statusCode()).isEqualTo(401);
        assertThat(server.paths("publisher", ClosedMediaMtx.PUBLISHER_PASS).statusCode())
                .isEqualTo(401);
        assertThat(server.paths("worker", ClosedMediaMtx.WORKER_PASS).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aSecondPublisherDoesNotTakeThePath() {
        try (Publication first = open(worker("live/taken/out"))) {
            source.between(0, 330).forEach(first::push);
            Awaitility.await().atMost(SOON).until(() -> server.ready("live/taken/out"));

            assertThat(failureOf(worker("live/taken/out"))).hasMessageContaining("the path has another publisher");
            assertThat(server.ready("live/taken/out")).isTrue();
        }
    }

    @Test
    void tlsIsSpokenWithWhoIsTrustedAndIsTheHost() {
        String url = server.tlsUrl("localhost", "live/tls/out", "worker", ClosedMediaMtx.WORKER_PASS);
        String otherHost = server.tlsUrl("127.0.0.1", "live/tls/out", "worker", ClosedMediaMtx.WORKER_PASS);
        Authorities right = new Authorities(Optional.of(certificates.authority()));
        Authorities wrong = new Authorities(
                Optional.of(TestCertificates.in(folder, "stranger").authority()));
        Duration limit = Duration.ofSeconds(10);

        // In this order: the library has one set of authorities for the whole process.
        assertThat(failureOf(new RtmpSink(url, CLOCK, new GioTrust(wrong)))).hasMessageContaining("MEDIAMTX_CA_FILE");
        assertThat(failureOf(new RtmpSink(otherHost, CLOCK, new GioTrust(right))))
                .hasMessageContaining("for another host name");
        try (Publication publication = open(new RtmpSink(url, CLOCK, new GioTrust(right)))) {
            source.between(0, 330).forEach(publication::push);
            Awaitility.await("the path is ready").atMost(SOON).until(() -> server.ready("live/tls/out"));
        }

        assertThat(RtmpHandshakeProbe.run(url, right, limit).answered()).isTrue();
        assertThat(RtmpHandshakeProbe.run(url, wrong, limit).detail()).contains("MEDIAMTX_CA_FILE");
        assertThat(RtmpHandshakeProbe.run(otherHost, right, limit).answered()).isFalse();
        assertThat(RtmpHandshakeProbe.run(url, Authorities.OF_THE_SYSTEM, limit).answered())
                .isFalse();
    }

    @Test
    void tlsIsSpokenWhereTheSourceIsRead() {
        GioTrust trust = new GioTrust(new Authorities(Optional.of(certificates.authority())));
        String in = server.tlsUrl("localhost", "live/read/in", "publisher", ClosedMediaMtx.PUBLISHER_PASS);
        String read = server.tlsUrl("localhost", "live/read/in", "worker", ClosedMediaMtx.WORKER_PASS);
        List<Frame> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (Publication publication =
                new RtmpSink(in, CLOCK, trust).open(source.video(), source.audio(), Pacing.TIMED, CLOCK.nowNs())) {
            source.all().forEach(publication::push);
            Awaitility.await("the source is ready").atMost(SOON).until(() -> server.ready("live/read/in"));
            new RtmpSource(read, CLOCK, trust)
                    .frames()
                    .subscribe()
                    .with(seen::add, end::completeExceptionally, () -> end.complete(null));
            Awaitility.await("frames").atMost(SOON).until(() -> seen.size() > 10 || end.isDone());
        }
        assertThat(seen).hasSizeGreaterThan(10);
        assertThat(end).isNotCompletedExceptionally();
    }
}
