package io.livedub.media.gst;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.livedub.media.SystemMediaClock;
import io.livedub.support.Ffmpeg;
import io.livedub.support.NginxRtmp;
import io.livedub.support.Shell;

import static org.assertj.core.api.Assertions.assertThat;

/** Source to sink through a real server: nothing is changed on the way. */
@Execution(ExecutionMode.CONCURRENT)
class RelayIT {
    private static final SystemMediaClock CLOCK = new SystemMediaClock();
    private static NginxRtmp server;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        server = NginxRtmp.start("standard", "mono25", "bframes");
    }

    @AfterAll
    static void stop() {
        server.close();
        CLOCK.close();
    }

    static Stream<Arguments> sources() {
        return Stream.of(
                Arguments.of("standard", Ffmpeg.standard(12)),
                Arguments.of("mono25", Ffmpeg.mono25(12)),
                Arguments.of("bframes", Ffmpeg.bframes(12)));
    }

    @ParameterizedTest
    @MethodSource("sources")
    void everyFrameArrivesUnchanged(String id, Path source) throws Exception {
        // given
        Path recording = folder.resolve(id + ".flv");
        Process publisher = Ffmpeg.publish(source, server.url("live/" + id + "/in"));
        Relay relay = new Relay(server.url("live/" + id + "/in"), server.url("live/" + id + "/out"), CLOCK);
        Process recorder = null;
        try {
            // when
            relay.start();
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> relay.frames() > 10);
            recorder = Ffmpeg.record(server.url("live/" + id + "/out"), recording);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(relay::completed);
            relay.end();
            assertThat(recorder.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            relay.close();
            Shell.stop(publisher);
            if (recorder != null) {
                Shell.stop(recorder);
            }
        }

        // then
        assertThat(Files.size(recording)).isPositive();
        assertContains(Ffmpeg.frameHashes(source, 'v'), Ffmpeg.frameHashes(recording, 'v'), 90);
        assertContains(Ffmpeg.frameHashes(source, 'a'), Ffmpeg.frameHashes(recording, 'a'), 90);
    }

    /** The recording is one unbroken run of the source's frames, up to its last or last but one. */
    private static void assertContains(List<String> source, List<String> recorded, int atLeast) {
        assertThat(recorded.size()).isGreaterThan(atLeast);
        int from = source.indexOf(recorded.get(0));
        assertThat(from).isNotNegative();
        int to = Math.min(from + recorded.size(), source.size());
        assertThat(recorded.equals(source.subList(from, to)))
                .as("one unbroken run of the source's frames")
                .isTrue();
        // rtmp2src drops the message it holds when the server says the end of the stream.
        assertThat(source.size() - to).as("frames missing at the end").isLessThanOrEqualTo(1);
    }
}
