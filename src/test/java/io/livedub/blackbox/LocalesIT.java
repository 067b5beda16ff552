package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaServer;

import static org.assertj.core.api.Assertions.assertThat;

/** A user's locale changes nothing that a machine reads: other digits (ar, fa, hi) and other rules for letters (tr). */
class LocalesIT {
    private static final Map<String, String> LOCALES = Map.of(
            "ar", "-Duser.language=ar -Duser.country=EG -Duser.extensions=u-nu-arab",
            "fa", "-Duser.language=fa -Duser.country=IR -Duser.extensions=u-nu-arabext",
            "tr", "-Duser.language=tr -Duser.country=TR",
            "hi", "-Duser.language=hi -Duser.country=IN -Duser.extensions=u-nu-deva");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestFactory
    Stream<DynamicTest> machinesReadTheSameEverywhere() {
        SideBySide all = new SideBySide();
        LOCALES.forEach((name, options) -> all.add(name, () -> play(name, options)));
        return all.play();
    }

    private static void play(String id, String options) throws Exception {
        try (MediaServer server = MediaServer.start(id);
                EchoServer sts = new EchoServer(EchoOptions.defaults()).start();
                Broadcast stream = new Broadcast(server, id)) {
            stream.work(run -> run.dubbedBy(sts.url())
                    .env("WORKER_JAVA_OPTS", options)
                    .env("WORKER_SEGMENT_DURATION", "2s")
                    .env("WORKER_AV_OFFSET_NS", "3000000000"));
            // The source begins with the worker: four JVMs that start at once would take half of it.
            stream.worker().awaitLog("mode: dubbing", PATIENCE);
            stream.publish(Ffmpeg.small(20));
            Aired aired = stream.finishWithItsSource(PATIENCE);

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.worker().output()).allMatch(line -> isAscii(line.text()), "a line of ASCII");
            assertThat(aired.worker().lastMetrics().text()).matches(LocalesIT::isAscii, "metrics of ASCII");
            assertThat(aired.worker().lastMetrics().sum("worker_segments_written_total"))
                    .isPositive();
            // Which of them were dubbed in time is a matter of how busy four JVMs make the machine.
            assertThat(files(stream.segments().resolve(id)))
                    .contains("000000_video.mp4")
                    .anyMatch(file -> file.matches("[0-9]{6}_audio_dubbed\\.m4a"));
        }
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 128);
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
