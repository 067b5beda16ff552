package io.livedub.echo;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

class EchoCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final EchoCommand command = new EchoCommand(null);

    private int run(String... args) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    @Test
    void saysWhereItListensAndEndsWithZero() throws Exception {
        var exit = CompletableFuture.supplyAsync(() -> run(
                "--port",
                "0",
                "--delay",
                "1.5s",
                "--jitter",
                "10ms",
                "--never-clear",
                "--gaps-block",
                "--max-inflight",
                "2"));
        Awaitility.await().until(() -> out.toString().endsWith(System.lineSeparator()));
        String line = out.toString().strip();
        String url = line.replaceFirst("echo-sts listening on (http://127\\.0\\.0\\.1:[0-9]+)", "$1");
        String simulation = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url + "/v1/simulation"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        command.stop();
        assertThat(exit.get()).isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(Simulation.none().with(Json.parse(simulation))).satisfies(running -> {
            assertThat(running.number("delay_ms")).isEqualTo(1500);
            assertThat(running.number("jitter_ms")).isEqualTo(10);
            assertThat(running.is("never_clear")).isTrue();
            assertThat(running.is("gaps_block")).isTrue();
            assertThat(running.is("refuse")).isFalse();
        });
    }

    @Test
    void saysInOneLineThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(run("--port", String.valueOf(taken.getLocalPort()))).isEqualTo(2);
            assertThat(err.toString().lines())
                    .singleElement()
                    .asString()
                    .startsWith("echo-sts: cannot listen on 127.0.0.1:" + taken.getLocalPort());
            assertThat(out.toString()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--voice, parrot, '--voice must be one of same, robot, got parrot'",
        "--voice, robot, voice robot needs an audio codec",
        "--format, mp3, '--format must be one of m4a, pcm_s16le, pcm_f32le'",
        "--max-inflight, 11, max-inflight must be 1…10",
        "--port, 70000, port must be 0…65535",
        "--stretch, 3, stretch must be 0.5…2.0",
        "--delay, soon, 'soon'"
    })
    void refusesWrongValuesWithTwo(String option, String value, String message) {
        assertThat(run(option, value)).isEqualTo(2);
        assertThat(err.toString()).contains(message);
    }
}
