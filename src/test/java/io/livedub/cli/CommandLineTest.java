package io.livedub.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import io.livedub.config.ConfigurationException;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is decided before Quarkus is up. */
class CommandLineTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine program =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    private Properties before;

    @BeforeEach
    void rememberProperties() {
        before = (Properties) System.getProperties().clone();
    }

    @AfterEach
    void restoreProperties() {
        System.setProperties(before);
    }

    @ParameterizedTest
    @CsvSource({
        "--run-id, worker.run-id",
        "--instance-id, worker.instance-id",
        "--sts-mode, worker.sts-mode",
        "--sts-url, worker.sts-service-url",
        "--source-language, worker.source-language",
        "--target-language, worker.target-language",
        "--voice-profile, worker.voice-profile",
        "--bed, worker.dub-bed",
        "--bed-db, worker.dub-bed-db",
        "--loudness, worker.dub-loudness",
        "--backup, worker.backup",
        "--segment-cut, worker.segment-cut",
        "--segment-duration, worker.segment-duration",
        "--segment-dir, worker.segment-dir",
        "--av-offset-ns, worker.av-offset-ns",
        "--metrics-port, worker.metrics-port",
        "--log-level, log.level",
        "--log-format, log.format",
    })
    void anOptionWinsOverItsVariableByWayOfASystemProperty(String option, String property) {
        RunCommand run = new RunCommand();
        new CommandLine(run).parseArgs("--stream-id", "test", option, "a-value");

        run.options.toSystemProperties();

        assertThat(System.getProperty(property)).isEqualTo("a-value");
    }

    @Test
    void anOptionReachesTheConfigurationThroughItsOneReader() {
        RunCommand run = new RunCommand();
        new CommandLine(run).parseArgs("--stream-id", "test", "--segment-duration", "3s", "--sts-mode", "passthrough");

        run.options.toSystemProperties();

        assertThat(QuarkusLaunch.settings().worker().segments().duration()).contains("3s");
        assertThat(QuarkusLaunch.settings().worker().sts().mode()).contains("passthrough");
    }

    @Test
    void anOptionThatIsNotGivenSetsNothing() {
        Map<Object, Object> properties = new TreeMap<>(System.getProperties());

        new CommonOptions().toSystemProperties();

        assertThat(new TreeMap<>(System.getProperties())).isEqualTo(properties);
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "run --stream-id", "run --stream-id test --colour red", "walk", "--stream-id test"})
    void wrongUsageIsExitCodeTwoAndSaysWhat(String arguments) {
        int exit = program.execute(arguments.split(" "));

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).isNotBlank().doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../etc", "a b", "live/test", "ü"})
    void aStreamIdThatIsNoneIsRefusedBeforeAnythingElse(String id) {
        int exit = program.execute("run", "--stream-id", id);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo("--stream-id='%s' is not valid: allowed is [A-Za-z0-9_-]{1,64}".formatted(id));
    }

    /** What follows is said of the configuration: the id was taken. */
    @ParameterizedTest
    @ValueSource(strings = {"-h", "-V", "--help", "--bed", "-"})
    void aStreamIdMayLookLikeAnOption(String id) {
        int exit = program.execute("run", "--stream-id=" + id, "--input-url=");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo("Invalid RTMP URL: cannot be empty");
    }

    @ParameterizedTest
    @CsvSource({
        "--input-url, http://host/x, Invalid RTMP URL: must start with 'rtmp://' - got 'http://host/x'",
        "--output-url, host:1935/x, Invalid RTMP URL: must start with 'rtmp://' - got 'host:1935/x'",
        "--input-url, '', Invalid RTMP URL: cannot be empty",
        "--output-url, '  ', Invalid RTMP URL: cannot be empty",
    })
    void aUrlThatIsNoRtmpIsRefusedWithTheTextOfTheContract(String option, String url, String text) {
        int exit = program.execute("run", "--stream-id", "test", option, url);

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo(text);
    }

    @Test
    void bothFormsOfRtmpAreTaken() {
        RunCommand.requireRtmp("rtmp://host/live/x");
        RunCommand.requireRtmp("rtmps://host/live/x");
        RunCommand.requireRtmp(null);

        assertThatThrownBy(() -> RunCommand.requireRtmp("RTMP:/host")).isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aWrongValueIsExitCodeTwoAndOneLine() {
        int exit = program.execute("run", "--stream-id", "test", "--segment-duration", "99");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo("WORKER_SEGMENT_DURATION='99' is not valid: allowed is 1 to 30 s, written 6, 6s or 6000ms");
    }

    @Test
    void withoutAnStsServiceOnlyPassthroughRuns() {
        int exit = program.execute("run", "--stream-id", "test", "--sts-mode", "enabled");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString()).hasLineCount(1).contains("WORKER_STS_SERVICE_URL", "required", "passthrough");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run ", "serve ", "echo-sts "})
    void helpListsEveryOption(String command) {
        int exit = program.execute((command + "--help").split(" "));

        CommandLine asked =
                command.isBlank() ? program : program.getSubcommands().get(command.strip());
        List<String> names = asked.getCommandSpec().options().stream()
                .filter(option -> !option.hidden())
                .map(OptionSpec::longestName)
                .toList();
        assertThat(exit).isZero();
        assertThat(names).contains("--help", "--version");
        assertThat(out.toString()).contains(names);
    }

    @Test
    void helpListsEveryCommand() {
        program.execute("--help");

        assertThat(out.toString()).contains("run", "serve", "echo-sts", "generate-completion");
    }

    @Test
    void theHelpOfRunListsTheExitCodes() {
        program.execute("run", "--help");

        for (String code : List.of("0", "2", "3", "4", "5", "6", "7", "130", "143")) {
            assertThat(out.toString()).containsPattern("(?m)^ +" + code + " +\\S");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "run --version", "serve --version", "echo-sts --version"})
    void theVersionIsTheBuilds(String arguments) {
        int exit = program.execute(arguments.split(" "));

        assertThat(exit).isZero();
        assertThat(out.toString().strip()).matches("stream-worker \\d+\\.\\d+\\.\\d+\\S*");
    }

    @Test
    void completionIsAScript() {
        int exit = program.execute("generate-completion");

        assertThat(exit).isZero();
        assertThat(out.toString()).contains("complete", "--stream-id");
    }

    @Test
    void aFailureBeforeTheStreamRunsHasItsExitCode() throws Exception {
        int exit = new OneLineErrors()
                .handleExecutionException(
                        new StreamFailure(ExitCode.GSTREAMER_MISSING, "flvmux is missing"), program, null);

        assertThat(exit).isEqualTo(7);
        assertThat(err.toString().strip()).isEqualTo("flvmux is missing");
    }

    @Test
    void aDefectIsNotHidden() {
        IllegalStateException defect = new IllegalStateException("ours");

        assertThatThrownBy(() -> new OneLineErrors().handleExecutionException(defect, program, null))
                .isSameAs(defect);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "run --stream-id test", "serve"})
    void aDefectBeforeQuarkusIsUpIsExitCode70(String arguments) {
        program.setExecutionStrategy(parsed -> {
            CommandLine command =
                    parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
            throw new CommandLine.ExecutionException(command, "ours", new IllegalStateException("ours"));
        });

        assertThat(program.execute(arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(70);
        assertThat(err.toString()).contains("ours");
    }

    /** Quarkus says of every door that it cannot open the same. */
    @Test
    void aDoorThatCannotBeOpenedIsToldByItsVariable() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            assertThat(door("127.0.0.1", port))
                    .isEqualTo("WORKER_X_PORT='" + port
                            + "' is not valid: the port is in use; allowed is a free port, or 0 for any");
            assertThat(door("192.0.2.1", port))
                    .startsWith("WORKER_X_HOST='192.0.2.1' is not valid: ")
                    .endsWith("; allowed is a name or an address of this machine");
            assertThat(door("no-such-host.invalid", port))
                    .isEqualTo("WORKER_X_HOST='no-such-host.invalid' is not valid: the name has no address;"
                            + " allowed is a name or an address of this machine");
        }
    }

    private static String door(String host, int port) {
        return new StartFailure.Door("WORKER_X_HOST", host, "WORKER_X_PORT", port).fault();
    }
}
