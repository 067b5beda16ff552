package io.livedub.media.gst.sink;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SinkException;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.Recorded;
import io.livedub.media.gst.source.RtmpSource;
import io.livedub.support.Ffmpeg;
import io.livedub.support.Mp4Frames;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Ports;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** How publishing begins, paces and ends, against a real server. */
class RtmpSinkIT {
    private static final SystemMediaClock CLOCK = new SystemMediaClock();
    private static final String DENIED = "application live/denied { live on; deny publish all; }";
    private static NginxRtmp server;
    private static List<Frame> frames;
    private static VideoFormat video;
    private static AudioFormat audio;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = NginxRtmp.start("off", List.of("a", "b", "c"), DENIED);
        List<Frame> read = Recorded.frames(Ffmpeg.bframes(10));
        long zero = Recorded.of(read, Track.VIDEO).get(0).dtsNs();
        frames = read.stream()
                .filter(f -> f.dtsNs() >= zero)
                .map(f -> f.shift(-zero))
                .toList();
        video = (VideoFormat) Recorded.of(frames, Track.VIDEO).get(0).format();
        audio = (AudioFormat) Recorded.of(frames, Track.AUDIO).get(0).format();
    }

    @AfterAll
    static void stop() {
        server.close();
        CLOCK.close();
    }

    @Test
    void aRefusedConnectionIsSaid() {
        SinkException failure = failureOf("rtmp://127.0.0.1:" + Ports.free() + "/live/a/out?pass=geheim", 3);
        assertThat(failure).hasMessageContaining("refused").hasMessageNotContaining("geheim");
        assertThat(failure.getMessage()).doesNotContain("\n");
    }

    @Test
    void aDeniedPublishIsSaid() {
        assertThat(failureOf(server.url("live/denied/out"), 7)).hasMessageContaining("refused");
    }

    @Test
    void anUnknownApplicationIsSaid() {
        assertThat(failureOf(server.url("other/out"), 7)).hasMessageContaining("refused");
    }

    @Test
    void aServerThatNeverAnswersIsSaid() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertThat(failureOf("rtmp://127.0.0.1:" + silent.getLocalPort() + "/live/a/out", 9))
                    .isNotNull();
        }
    }

    @Test
    void aNameInUseIsSaid() {
        // given
        try (Publication first =
                new RtmpSink(server.url("live/b/out"), CLOCK).open(video, audio, Pacing.IMMEDIATE, CLOCK.nowNs())) {
            frames.stream().limit(50).forEach(first::push);
            Awaitility.await().atMost(Duration.ofSeconds(3)).until(() -> first.bytesSent() > 10_000);

            // when, then
            assertThat(failureOf(server.url("live/b/out"), 4)).hasMessageContaining("in use");
        }
    }

    @Test
    void aKilledServerIsNoticedAtOnce() {
        try (NginxRtmp mortal = NginxRtmp.start("m");
                Publication publication = open(mortal.url("live/m/out"), Pacing.TIMED)) {
            CompletableFuture<SinkException> failure = publication.failure().subscribeAsCompletionStage();
            frames.forEach(publication::push);
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> publication.bytesSent() > 50_000);

            mortal.kill();

            assertThat(failure).succeedsWithin(Duration.ofSeconds(2));
        }
    }

    @Test
    void aFrozenServerIsNoticed() {
        try (NginxRtmp frozen = NginxRtmp.start("f");
                Publication publication = open(frozen.url("live/f/out"), Pacing.TIMED)) {
            CompletableFuture<SinkException> failure = publication.failure().subscribeAsCompletionStage();
            List<Frame> heavy = heavy(60);
            heavy.forEach(publication::push);
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> publication.bytesSent() > 500_000);

            frozen.freeze();
            long started = System.nanoTime();

            assertThat(failure).succeedsWithin(Duration.ofSeconds(25)).satisfies(e -> assertThat(e)
                    .hasMessageContaining("taking"));
            System.out.printf("frozen server noticed after %.1f s%n", (System.nanoTime() - started) / 1e9);
            frozen.thaw();
        }
    }

    @Test
    void timedFramesLeaveWhenTheyAreDue() {
        // given
        long zero = CLOCK.nowNs() + TimeUnit.SECONDS.toNanos(1);
        List<long[]> departures = new java.util.concurrent.CopyOnWriteArrayList<>();
        try (Publication publication =
                new RtmpSink(server.url("live/c/timed"), CLOCK).open(video, audio, Pacing.TIMED, zero)) {
            publication.onDeparture((track, timestampNs, departedNs) ->
                    departures.add(new long[] {track.ordinal(), timestampNs, departedNs, CLOCK.nowNs()}));

            // when: all at once, seconds ahead
            frames.forEach(publication::push);
            Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> departures.size() >= 8);
        }

        // then
        for (long[] departure : departures) {
            assertThat(departure[2] - zero - departure[1]).isBetween(0L, TimeUnit.MILLISECONDS.toNanos(60));
        }
        long last = departures.get(departures.size() - 1)[1];
        assertThat(last).isGreaterThan(TimeUnit.SECONDS.toNanos(2));
    }

    @Test
    void endTakesEverythingOut() throws Exception {
        // given
        Path recording = folder.resolve("out.flv");
        Publication publication = open(server.url("live/a/end"), Pacing.TIMED);
        frames.forEach(publication::push);
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> publication.bytesSent() > 10_000);
        Process recorder = Ffmpeg.record(server.url("live/a/end"), recording);

        // when
        publication.end(Duration.ofSeconds(20)).await().atMost(Duration.ofSeconds(21));

        // then
        assertThat(recorder.waitFor(10, TimeUnit.SECONDS)).isTrue();
        List<String> sent = Ffmpeg.frameHashes(recording, 'v');
        assertThat(sent).hasSizeGreaterThan(60);
        assertThat(Mp4Frames.value(recording, "stream", "codec_name"))
                .contains("h264")
                .contains("aac");
        assertLast(recording, 'v', Track.VIDEO);
        assertLast(recording, 'a', Track.AUDIO);
    }

    @Test
    void aNewFormatBringsANewHeader() {
        // given
        List<Frame> read = Recorded.frames(Ffmpeg.mono25(6));
        Frame key = Recorded.of(read, Track.VIDEO).get(0);
        Frame sound = Recorded.of(read, Track.AUDIO).get(0);
        long join = TimeUnit.SECONDS.toNanos(4);
        String url = server.url("live/a/two");
        List<Frame> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        try (Publication publication = open(url, Pacing.TIMED)) {
            frames.stream()
                    .filter(f -> f.dtsNs() < join - TimeUnit.MILLISECONDS.toNanos(40))
                    .forEach(publication::push);
            read.stream()
                    .filter(f -> f.dtsNs() >= key.dtsNs())
                    .map(f -> f.shift(join - key.dtsNs()))
                    .forEach(publication::push);
            Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> publication.bytesSent() > 10_000);
            new RtmpSource(url, CLOCK)
                    .frames()
                    .subscribe()
                    .with(seen::add, end::completeExceptionally, () -> end.complete(null));

            // when
            publication.end(Duration.ofSeconds(20)).await().atMost(Duration.ofSeconds(21));
        }

        // then
        assertThat(end).succeedsWithin(Duration.ofSeconds(10));
        assertThat(formats(seen, Track.VIDEO)).containsExactly(video, key.format());
        assertThat(formats(seen, Track.AUDIO)).containsExactly(audio, sound.format());
        Frame first = seen.stream()
                .filter(f -> f.format().equals(key.format()))
                .findFirst()
                .orElseThrow();
        assertThat(first.data()).isEqualTo(key.data());
        assertThat(first.keyframe()).isTrue();
    }

    private static List<Format> formats(List<Frame> frames, Track track) {
        return Recorded.of(frames, track).stream().map(Frame::format).distinct().toList();
    }

    @Test
    void closingAtAnyMomentLeavesNothingBehind() {
        for (int i = 0; i < 5; i++) {
            open(server.url("live/c/x" + i), Pacing.IMMEDIATE).close();
        }
        long before = osThreads();
        for (int i = 0; i < 20; i++) {
            Publication publication = open(server.url("live/c/y" + i), i % 2 == 0 ? Pacing.IMMEDIATE : Pacing.TIMED);
            frames.stream().limit(i * 3L).forEach(publication::push);
            if (i % 4 == 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
            long started = System.nanoTime();
            publication.close();
            assertThat(System.nanoTime() - started).isLessThan(TimeUnit.MILLISECONDS.toNanos(50));
        }
        // GLib keeps the idle threads of its pools for 15 s.
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(osThreads())
                .isLessThanOrEqualTo(before + 4));
    }

    private static Publication open(String url, Pacing pacing) {
        return new RtmpSink(url, CLOCK).open(video, audio, pacing, CLOCK.nowNs());
    }

    private static SinkException failureOf(String url, int seconds) {
        try (Publication publication = open(url, Pacing.IMMEDIATE)) {
            CompletableFuture<SinkException> failure = publication.failure().subscribeAsCompletionStage();
            long started = System.nanoTime();
            frames.stream().limit(100).forEach(publication::push);
            SinkException said = failure.get(seconds, TimeUnit.SECONDS);
            System.out.printf("after %.2f s: %s%n", (System.nanoTime() - started) / 1e9, said.getMessage());
            return said;
        } catch (Exception late) {
            throw new AssertionError("no failure within " + seconds + " s", late);
        }
    }

    /** The same frames over and over with 50 kB each: 12 Mbit/s. */
    private static List<Frame> heavy(int seconds) {
        List<Frame> heavy = new ArrayList<>();
        for (int i = 0; i < seconds * 30; i++) {
            byte[] data = new byte[50_000];
            data[1] = (byte) 0;
            data[2] = (byte) (49_996 >> 8);
            data[3] = (byte) 49_996;
            data[4] = 0x41;
            heavy.add(new Frame(video, i * 33_333_333L, i * 33_333_333L, i % 30 == 0, 0, data));
        }
        byte[] sound = Recorded.of(frames, Track.AUDIO).get(0).data();
        for (int i = 0; audio.framesToNs(i) < seconds * 1_000_000_000L; i++) {
            heavy.add(new Frame(audio, audio.framesToNs(i), audio.framesToNs(i), true, 0, sound));
        }
        return heavy;
    }

    private static void assertLast(Path recording, char stream, Track track) throws Exception {
        assertLast(recording, stream, Recorded.of(frames, track));
    }

    private static void assertLast(Path recording, char stream, List<Frame> expected) throws Exception {
        byte[] data = expected.get(expected.size() - 1).data();
        StringBuilder hash = new StringBuilder();
        for (byte value : java.security.MessageDigest.getInstance("MD5").digest(data)) {
            hash.append("%02x".formatted(value & 255));
        }
        List<String> hashes = Ffmpeg.frameHashes(recording, stream);
        assertThat(hashes.get(hashes.size() - 1)).as("last frame of %s", stream).isEqualTo(hash.toString());
    }

    private static long osThreads() {
        return Shell.run("sh", "-c", "ls /proc/" + ProcessHandle.current().pid() + "/task | wc -l")
                .strip()
                .transform(Long::parseLong);
    }
}
