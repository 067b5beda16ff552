package io.livedub.cli;

import java.util.List;
import java.util.concurrent.Callable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Which command lines picocli need not read, and that they mean the same without it. */
class UsualCommandTest {
    @ParameterizedTest
    @CsvSource({"run --stream-id evening, evening, false", "run --supervised --stream-id evening, evening, true"})
    void aStreamIsNamedAsPicocliWouldNameIt(String line, String id, boolean supervised) {
        RunCommand byPicocli = new RunCommand();
        new CommandLine(byPicocli).parseArgs(line.substring("run ".length()).split(" "));

        Callable<Integer> usual = UsualCommand.of(words(line)).orElseThrow();

        assertThat(usual).isInstanceOfSatisfying(RunCommand.class, run -> {
            assertThat(run.streamId).isEqualTo(id).isEqualTo(byPicocli.streamId);
            assertThat(run.supervised).isEqualTo(supervised).isEqualTo(byPicocli.supervised);
        });
    }

    @Test
    void aNameThatIsNoneIsRefusedInTheSameWords() {
        Callable<Integer> usual = UsualCommand.of(words("run --stream-id a/b")).orElseThrow();

        assertThatThrownBy(usual::call).hasMessageStartingWith("--stream-id='a/b' is not valid: allowed is ");
    }

    @Test
    void serveIsUsualByItsNameAndWithout() {
        assertThat(UsualCommand.of(List.of())).isPresent();
        assertThat(UsualCommand.of(List.of("serve"))).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "serve --run-id 1",
                "check",
                "--help",
                "run",
                "run --supervised",
                "run --stream-id",
                "run --stream-id=evening",
                "run --stream-id evening --supervised",
                "run --stream-id --supervised",
                "run --stream-id @file",
                "run --stream-id evening --help",
                "run --input-url rtmp://host/live/a",
                "run --supervised --supervised --stream-id evening"
            })
    void whateverElseIsReadByPicocli(String line) {
        assertThat(UsualCommand.of(words(line))).isEmpty();
    }

    private static List<String> words(String line) {
        return List.of(line.split(" "));
    }
}
