package io.livedub.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Each secret can stand in a file. */
class SecretsTest {
    private static final String ALLOWED = "allowed is a file of 1 to 16384 bytes of text that this user can read; ";

    @TempDir
    Path folder;

    static Stream<Arguments> secrets() {
        return Stream.of(
                secret("WORKER_STS_API_KEY", "key-1", c -> c.sts().apiKey().orElseThrow()),
                secret("WORKER_HOOK_SECRET", "secret-1", c -> c.process()
                        .hookSecret()
                        .orElseThrow()),
                secret(
                        "WORKER_PARENT_TOKEN",
                        "token-1",
                        c -> c.serve().kubernetes().parent().token().orElseThrow()),
                secret(
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "a=secret-1",
                        c -> "a=" + c.traces().headers().get("a")));
    }

    private static Arguments secret(String variable, String value, Function<WorkerConfig, String> reading) {
        return arguments(variable, value, reading);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("secrets")
    void theValueIsTheFilesWithoutItsLastLineEnd(String variable, String value, Function<WorkerConfig, String> reading)
            throws IOException {
        for (String end : new String[] {"", "\n", "\r\n"}) {
            WorkerConfig config = Environment.read(variable + "_FILE", file(value + end));

            assertThat(reading.apply(config)).isEqualTo(value);
            assertThat(config.secrets().values()).containsValue(value).hasSize(1);
            assertThat(config.toString()).doesNotContain(value);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("secrets")
    void oneOfTheTwoIsAllowedNotBoth(String variable, String value, Function<WorkerConfig, String> reading)
            throws IOException {
        String file = file(value);

        assertThatThrownBy(() -> Environment.read(variable, value, variable + "_FILE", file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("%s and %s_FILE are both set: allowed is one of the two", variable, variable);
    }

    @Test
    void aFileThatCannotBeUsedIsRefusedWithTheReason() throws IOException {
        Map<String, String> reasons = Map.of(
                folder.resolve("nowhere").toString(),
                "it does not exist",
                folder.toString(),
                "it is not a regular file",
                "/dev/zero",
                "it is not a regular file",
                file(""),
                "it is empty",
                file("\n"),
                "it is empty",
                file("x".repeat(16385)),
                "it is larger",
                Files.write(folder.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe})
                        .toString(),
                "it is not UTF-8");

        reasons.forEach((file, reason) -> assertThatThrownBy(() -> Environment.read("WORKER_HOOK_SECRET_FILE", file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("WORKER_HOOK_SECRET_FILE='%s' is not valid: %s%s", file, ALLOWED, reason));
    }

    @Test
    void aSecretInTheVariableOfItsFileIsNotSaid() {
        assertThatThrownBy(() -> Environment.read("WORKER_STS_API_KEY_FILE", "sk-live/of-the-service"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("WORKER_STS_API_KEY_FILE='…' is not valid: %sit does not exist", ALLOWED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"of two words", "two\nlines", "cl\u00e9"})
    void whatIsInTheFileIsCheckedAsTheVariableIsAndNeverSaid(String text) throws IOException {
        String file = file(text);

        assertThatThrownBy(() -> Environment.read("WORKER_STS_API_KEY_FILE", file))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage(
                        "WORKER_STS_API_KEY='…' is not valid: allowed is 1 to 4096 visible ASCII characters without blanks");
    }

    private String file(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "secret", ""), text)
                .toString();
    }

    /** Dollars, braces and backslashes belong to it: an expansion would send another secret, or none. */
    @ParameterizedTest
    @ValueSource(strings = {"pa$$word", "${SECRET}", "${HOME}", "a\\$b", "a\\b", "$", "${", "%s{x}"})
    void isTakenAsItIsWritten(String secret) {
        WorkerConfig config =
                Environment.read("WORKER_HOOK_SECRET", secret, "WORKER_STS_API_KEY", secret, "HOME", "/root");

        assertThat(config.process().hookSecret()).contains(secret);
        assertThat(config.sts().apiKey()).contains(secret);
    }
}
