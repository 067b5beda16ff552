package io.livedub.echo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import sun.misc.Signal;

/** {@code stream-worker echo-sts}. */
@Command(
        name = "echo-sts",
        mixinStandardHelpOptions = true,
        description = "Runs a speech-to-speech test server that answers with what it was sent.",
        footer = "While it runs it is steered over HTTP: GET / on its port says how.")
public final class EchoCommand implements Callable<Integer> {
    private static final int USAGE = 2;
    private final EchoAudio audio;
    private final CountDownLatch stop = new CountDownLatch(1);

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen on (${DEFAULT-VALUE}).")
    String host;

    @Option(names = "--port", defaultValue = "8080", description = "Port; 0 takes a free one (${DEFAULT-VALUE}).")
    int port;

    @Option(
            names = "--delay",
            defaultValue = "0ms",
            converter = DurationConverter.class,
            description = "From a fragment to its result, such as 250ms or 3s (${DEFAULT-VALUE}).")
    Duration delay;

    @Option(
            names = "--jitter",
            defaultValue = "0ms",
            converter = DurationConverter.class,
            description = "Up to this much more (${DEFAULT-VALUE}).")
    Duration jitter;

    @Option(
            names = "--voice",
            defaultValue = "same",
            description = "same: the same bytes; robot: audibly another voice (${DEFAULT-VALUE}).")
    String voice;

    @Option(names = "--format", defaultValue = "m4a", description = "m4a, pcm_s16le or pcm_f32le (${DEFAULT-VALUE}).")
    String format;

    @Option(
            names = "--speech",
            description = "A WAV file: answers have its sound at the fragment's time stamp instead of what was sent.")
    Path speech;

    @Option(
            names = "--background",
            description =
                    "A WAV file: answers carry its sound at the fragment's time stamp as metadata.background_audio.")
    Path background;

    @Option(
            names = "--stretch",
            defaultValue = "1",
            description = "Duration of the answer over the original's, 0.5…2 (${DEFAULT-VALUE}).")
    double stretch;

    @Option(
            names = "--max-inflight",
            defaultValue = "10",
            description = "Upper bound of what is granted, 1…10 (${DEFAULT-VALUE}).")
    int maxInflight;

    @Option(names = "--never-clear", description = "Backpressure is taken back only when a fragment arrives.")
    boolean neverClear;

    @Option(
            names = "--gaps-block",
            description = "Results behind a refused, failed or dropped number are never delivered.")
    boolean gapsBlock;

    @Option(names = "--no-ready", description = "stream:init is not answered.")
    boolean noReady;

    @Option(names = "--refuse", description = "Connections are refused with HTTP 503.")
    boolean refuse;

    @Option(names = "--seed", defaultValue = "1", description = "Of jitter and garbage (${DEFAULT-VALUE}).")
    long seed;

    @Spec
    CommandSpec spec;

    public EchoCommand(EchoAudio audio) {
        this.audio = audio;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (EchoServer server = new EchoServer(options(), audio.with(speech, background)).start()) {
            stopOn("TERM");
            stopOn("INT");
            out.println("echo-sts listening on " + server.url());
            out.flush();
            stop.await();
            return 0;
        } catch (IOException | IllegalArgumentException e) {
            spec.commandLine().getErr().println("echo-sts: " + e.getMessage());
            return USAGE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    /** Ends {@link #call()}, from any thread. */
    public void stop() {
        stop.countDown();
    }

    private EchoOptions options() {
        ObjectNode simulation = Json.object()
                .put("delay_ms", delay.toMillis())
                .put("jitter_ms", jitter.toMillis())
                .put("stretch", stretch)
                .put("never_clear", neverClear)
                .put("gaps_block", gapsBlock)
                .put("no_ready", noReady)
                .put("refuse", refuse);
        EchoOptions defaults = EchoOptions.defaults();
        return new EchoOptions(
                host,
                port,
                Choice.of(EchoOptions.EchoVoice.class, voice, "--voice"),
                Choice.of(EchoOptions.DubContainer.class, format, "--format"),
                maxInflight,
                seed,
                defaults.pingInterval(),
                defaults.pingTimeout(),
                defaults.endPatience(),
                Simulation.none().with(simulation));
    }

    // A shutdown hook was rejected: the exit code after SIGTERM would be 143 unless the hook halted the process under
    // everybody's feet. For
    // this server, being told to stop is the normal end.
    private void stopOn(String signal) {
        Signal.handle(new Signal(signal), unused -> stop());
    }

    /** Named, not a lambda: picocli makes it by its class. */
    static final class DurationConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String value) {
            return Durations.parse(value);
        }
    }
}
