package io.livedub.media.gst.source;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.SystemMediaClock;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.Recorded;
import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Ports;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How a source begins and ends, against a real server. */
@Execution(ExecutionMode.CONCURRENT)
class RtmpSourceIT {
    private static final SystemMediaClock CLOCK = new SystemMediaClock();
    private static NginxRtmp server;

    @BeforeAll
    static void start() {
        server = NginxRtmp.start("a", "noaudio", "novideo", "mp3", "h263", "killed", "throws");
    }

    @AfterAll
    static void stop() {
        server.close();
        CLOCK.close();
    }

    @Test
    void formatsAreKnownBeforeTheFirstFrame() {
        // given
        List<Frame> frames = Recorded.frames(Ffmpeg.mono25(6));

        // then
        assertThat(Recorded.of(frames, Track.VIDEO).get(0).keyframe()).isTrue();
        VideoFormat video =
                (VideoFormat) Recorded.of(frames, Track.VIDEO).get(0).format();
        assertThat(video.width()).isEqualTo(640);
        assertThat(video.height()).isEqualTo(360);
        AudioFormat audio =
                (AudioFormat) Recorded.of(frames, Track.AUDIO).get(0).format();
        assertThat(audio.sampleRateHz()).isEqualTo(44_100);
        assertThat(audio.channels()).isEqualTo(1);
        assertThat(frames).allSatisfy(frame -> assertThat(frame.format()).isIn(video, audio));
        assertThat(frames.stream().map(Frame::format).filter(f -> f != video && f != audio))
                .isEmpty();
    }

    @Test
    void aRefusedConnectionIsUnreachable() {
        SourceException failure = failureOf("rtmp://127.0.0.1:" + Ports.free() + "/live/x/in?user=u&pass=geheim", 8);
        assertThat(failure.reason()).isEqualTo(SourceFailure.UNREACHABLE);
        assertThat(failure).hasMessageContaining("refused").hasMessageNotContaining("geheim");
        assertThat(failure.getMessage()).doesNotContain("\n");
    }

    @Test
    void anUnknownHostIsUnreachable() {
        SourceException failure = failureOf("rtmp://no-such-host.invalid/live/x/in", 15);
        assertThat(failure.reason()).isEqualTo(SourceFailure.UNREACHABLE);
        assertThat(failure).hasMessageContaining("resolved");
    }

    @Test
    void aServerThatAcceptsAndIsSilentIsUnreachable() throws Exception {
        try (ServerSocket frozen = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            SourceException failure = failureOf("rtmp://127.0.0.1:" + frozen.getLocalPort() + "/live/x/in", 15);
            assertThat(failure.reason()).isEqualTo(SourceFailure.UNREACHABLE);
            assertThat(failure).hasMessageContaining("handshake");
        }
    }

    @Test
    void anUnpublishedStreamIsNotThere() {
        SourceException failure = failureOf(server.url("live/a/nobody"), 10);
        assertThat(failure.reason()).isEqualTo(SourceFailure.NO_SUCH_STREAM);
    }

    @Test
    void anUnknownApplicationIsNotThere() {
        SourceException failure = failureOf(server.url("other/a/in"), 10);
        assertThat(failure.reason()).isEqualTo(SourceFailure.NO_SUCH_STREAM);
    }

    @Test
    void aServerThatLetsPlayersWaitHasNoSuchStream() {
        try (NginxRtmp waiting = NginxRtmp.start("on", List.of("idle"), "")) {
            SourceException failure = failureOf(waiting.url("live/idle/in"), 15);
            assertThat(failure.reason()).isEqualTo(SourceFailure.NO_SUCH_STREAM);
        }
    }

    @Test
    void withoutAudioItSaysSo() {
        Path file = Ffmpeg.generate("noaudio.flv", 15, "testsrc2=size=320x180:rate=25", "", "-g", "25", "-bf", "0");
        assertFails(
                file,
                List.of("-c", "copy"),
                "noaudio",
                SourceFailure.NO_AUDIO,
                "Audio track required for dubbing pipeline");
    }

    @Test
    void withoutVideoItSaysSo() {
        Path file = Ffmpeg.generate("novideo.flv", 45, "", "sine=440:r=48000");
        assertFails(file, List.of("-c", "copy"), "novideo", SourceFailure.NO_VIDEO, "no H.264 video");
    }

    @Test
    void mp3IsNamed() {
        assertFails(
                Ffmpeg.standard(12),
                List.of("-c:v", "copy", "-c:a", "libmp3lame", "-ar", "44100"),
                "mp3",
                SourceFailure.UNSUPPORTED_CODEC,
                "MP3");
    }

    @Test
    void flvVideoIsNamed() {
        Path file = Ffmpeg.generate("h263.flv", 12, "testsrc2=size=320x240:rate=25", "sine=440:r=44100", "-c:v", "flv");
        assertFails(file, List.of("-c", "copy"), "h263", SourceFailure.UNSUPPORTED_CODEC, "H.263");
    }

    @Test
    void aKilledPublisherEndsTheStream() {
        try (Published published = new Published(server, "killed", Ffmpeg.standard(12))) {
            AtomicInteger frames = new AtomicInteger();
            CompletableFuture<Void> end = new CompletableFuture<>();
            published
                    .source(CLOCK)
                    .frames()
                    .subscribe()
                    .with(f -> frames.incrementAndGet(), end::completeExceptionally, () -> end.complete(null));
            Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> frames.get() > 30);

            published.publisher().destroyForcibly();

            assertThat(end).succeedsWithin(Duration.ofSeconds(8));
        }
    }

    @Test
    void aFrozenServerIsLostAfterFiveSeconds() {
        try (NginxRtmp frozen = NginxRtmp.start("f");
                Published published = new Published(frozen, "f", Ffmpeg.standard(12))) {
            AtomicInteger frames = new AtomicInteger();
            CompletableFuture<Void> end = new CompletableFuture<>();
            published
                    .source(CLOCK)
                    .frames()
                    .subscribe()
                    .with(f -> frames.incrementAndGet(), end::completeExceptionally, () -> end.complete(null));
            Awaitility.await().atMost(Duration.ofSeconds(8)).until(() -> frames.get() > 30);

            frozen.freeze();
            long started = System.nanoTime();

            assertThatThrownBy(() -> end.get(9, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            SourceException.class, e -> assertThat(e.reason()).isEqualTo(SourceFailure.LOST));
            assertThat(System.nanoTime() - started).isBetween(TimeUnit.SECONDS.toNanos(4), TimeUnit.SECONDS.toNanos(7));
            frozen.thaw();
        }
    }

    @Test
    void aSubscriberThatThrowsFailsTheStream() {
        try (Published published = new Published(server, "throws", Ffmpeg.standard(12))) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            published
                    .source(CLOCK)
                    .frames()
                    .onItem()
                    .invoke(frame -> {
                        throw new IllegalStateException("mine");
                    })
                    .subscribe()
                    .with(f -> {}, end::completeExceptionally, () -> end.complete(null));

            assertThatThrownBy(() -> end.get(9, TimeUnit.SECONDS)).hasMessageContaining("mine");
        }
    }

    private static void assertFails(Path file, List<String> codecs, String id, SourceFailure reason, String text) {
        Process publisher = Ffmpeg.publish(file, server.url("live/" + id + "/in"), List.of(), codecs);
        try {
            String url = server.url("live/" + id + "/in");
            SourceException failure = failureOf(url, 40);
            for (int i = 0; i < 50 && failure.reason() == SourceFailure.NO_SUCH_STREAM; i++) {
                failure = failureOf(url, 40);
            }
            assertThat(failure.reason()).isEqualTo(reason);
            assertThat(failure).hasMessageContaining(text);
        } finally {
            Shell.stop(publisher);
        }
    }

    private static SourceException failureOf(String url, int seconds) {
        Throwable failure = new RtmpSource(url, CLOCK)
                .frames()
                .collect()
                .last()
                .map(last -> (Throwable) new AssertionError("no failure; last frame " + last))
                .onFailure()
                .recoverWithItem(e -> e)
                .await()
                .atMost(Duration.ofSeconds(seconds));
        assertThat(failure).isInstanceOf(SourceException.class);
        return (SourceException) failure;
    }
}
