package io.livedub.support;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/** The measuring tool against recordings whose errors are known, because they were put in. */
class MeasureIT {
    @TempDir
    Path folder;

    @Test
    void findsASourceInSyncAndIdenticalToItself() {
        // given
        Path source = Measure.source("plain", 20);

        // when
        Measure measured = Measure.file(source, source);

        // then
        assertThat(measured.sync()).hasValueSatisfying(sync -> {
            assertThat(sync.events()).isEqualTo(19);
            assertThat(sync.startMs()).isCloseTo(0, within(2.0));
            assertThat(sync.endMs()).isCloseTo(0, within(2.0));
            assertThat(sync.driftMsPerMinute()).isCloseTo(0, within(2.0));
        });
        assertThat(measured.identical("video")).isTrue();
        assertThat(measured.identical("audio")).isTrue();
        assertThat(measured.durationMs("video")).isEqualTo(20_000);
        assertThat(measured.gaps("audio")).isZero();
        assertThat(measured.decodeWarnings()).isEmpty();
    }

    @Test
    void findsSoundThatIsEarlyBySoManyMilliseconds() throws Exception {
        // given
        Path source = Measure.source("plain", 20);
        Path early = folder.resolve("early.flv");
        ffmpeg("-itsoffset", "0.12", "-i", source, "-i", source, "-map", "0:v", "-map", "1:a", "-c", "copy", early);

        // when
        Measure measured = Measure.file(early, source);

        // then
        assertThat(measured.sync())
                .hasValueSatisfying(sync -> assertThat(sync.middleMs()).isCloseTo(-120, within(2.0)));
        assertThat(measured.identical("video")).isTrue();
    }

    @Test
    void seesThatThePictureWasEncodedAgain() throws Exception {
        // given
        Path source = Measure.source("plain", 20);
        Path again = folder.resolve("again.flv");
        ffmpeg("-i", source, "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", again);

        // when
        Measure measured = Measure.file(again, source);

        // then
        assertThat(measured.identical("video")).isFalse();
        assertThat(measured.identical("audio")).isTrue();
    }

    private static void ffmpeg(Object... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 5];
        command[0] = "ffmpeg";
        command[1] = "-nostdin";
        command[2] = "-v";
        command[3] = "error";
        command[4] = "-y";
        for (int i = 0; i < arguments.length; i++) {
            command[i + 5] = arguments[i].toString();
        }
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
