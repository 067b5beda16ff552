package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaServer;
import io.livedub.support.Packet;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An encoder that comes back with another sound. Viewers who come then can decode it: nginx-rtmp passes changed AAC settings on, and on MediaMTX,
 * which does not, the output is published anew.
 */
class ChangedSoundIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String ANEW = "published anew";
    /** AudioSpecificConfig: AAC-LC, 44.1 kHz, mono. */
    private static final String MONO_44100 = "1208";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void viewersGetTheSettingsOfTheSoundThatIsOnAir(boolean dubbed) throws Exception {
        Path stereo = Ffmpeg.flashing("plain", 12);
        Path mono = Ffmpeg.flashing("mono-44100", 12, "-ar", "44100", "-ac", "1");
        try (EchoProcess echo = EchoProcess.start();
                MediaServer server = MediaServer.start("x")) {
            Process publisher = publish(stereo, server);
            WorkerRun run = WorkerProcess.run("x").on(server).segments(folder.resolve("segments"));
            run.env("WORKER_SEGMENT_DURATION", "2s").env("WORKER_AV_OFFSET_NS", "3000000000");
            try (WorkerProcess worker = (dubbed ? run.dubbedBy(echo.url()) : run.passthrough()).start()) {
                worker.awaitLog("connecting -> live", SOON);
                try (LiveReader before = LiveReader.start(server.url("live/x/out"), folder.resolve("before.flv"))) {
                    before.first(SOON);
                    Shell.stop(publisher);
                    publisher = publish(mono, server);
                    if (MediaServer.MEDIAMTX) {
                        worker.awaitLog(ANEW, SOON);
                        // The server sends its readers away with the publication that ends.
                        before.toEnd(SOON);
                    } else {
                        Awaitility.await("the viewer gets the new settings")
                                .atMost(SOON)
                                .until(() -> sounds(before).stream()
                                        .anyMatch(packet -> packet.config().startsWith(MONO_44100)));
                    }
                }
                try (LiveReader after = LiveReader.start(server.url("live/x/out"), folder.resolve("after.flv"))) {
                    Awaitility.await("three seconds of sound")
                            .atMost(SOON)
                            .until(() -> sounds(after).size() > 3 * 44_100 / 1024);
                    assertThat(sounds(after)).allMatch(packet -> packet.config().startsWith(MONO_44100));
                }
                if (MediaServer.MEDIAMTX) {
                    worker.awaitLog("the output is back", SOON);
                    assertThat(worker.said()).contains("; 0 frames were due meanwhile and are lost");
                } else {
                    assertThat(worker.said()).doesNotContain(ANEW);
                }
                assertThat(server.publications("out")).isEqualTo(MediaServer.MEDIAMTX ? 2 : 1);
            } finally {
                Shell.stop(publisher);
            }
        }
    }

    private static Process publish(Path file, MediaServer server) {
        return Ffmpeg.publish(file, server.url("live/x/in"), List.of("-stream_loop", "-1"), List.of("-c", "copy"));
    }

    private static List<Packet> sounds(LiveReader reader) {
        return reader.packets().stream().filter(packet -> !packet.video()).toList();
    }
}
