package io.livedub.echo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/**
 * How an {@link EchoServer} is set up: the options of {@code echo-sts}, and the times that only tests change. The {@code with} methods change
 * and return this object.
 */
public final class EchoOptions {
    @Option(names = "--host", description = "Address to listen on (127.0.0.1).")
    String host = "127.0.0.1";

    @Option(names = "--port", defaultValue = "8080", description = "Port; 0 takes a free one (${DEFAULT-VALUE}).")
    int port;

    @Option(names = "--delay", description = "From a fragment to its result, such as 250ms or 3s (0ms).")
    String delay = "0ms";

    @Option(names = "--jitter", description = "Up to this much more (0ms).")
    String jitter = "0ms";

    @Option(names = "--voice", description = "same: the same bytes; robot: audibly another voice (same).")
    String voice = "same";

    @Option(names = "--format", description = "m4a, pcm_s16le or pcm_f32le (m4a).")
    String format = "m4a";

    @Option(names = "--speech", description = SPEECH)
    Path speech;

    @Option(names = "--background", description = BACKGROUND)
    Path background;

    @Option(names = "--stretch", description = "Duration of the answer over the original's, 0.5…2 (1).")
    double stretch = 1;

    @Option(names = "--max-inflight", description = "Upper bound of what is granted, 1…10 (10).")
    int maxInflight = 10;

    @Option(names = "--never-clear", description = "Backpressure is taken back only when a fragment arrives.")
    boolean neverClear;

    @Option(names = "--gaps-block", description = GAPS_BLOCK)
    boolean gapsBlock;

    @Option(names = "--no-ready", description = "stream:init is not answered.")
    boolean noReady;

    @Option(names = "--refuse", description = "Connections are refused with HTTP 503.")
    boolean refuse;

    @Option(names = "--seed", description = "Of jitter and garbage (1).")
    long seed = 1;

    Duration pingInterval = Duration.ofSeconds(25);
    /** A client that has not answered a ping for this long is disconnected. */
    Duration pingTimeout = Duration.ofSeconds(10);
    /** A client that has waited this long for {@code stream:complete} may go. */
    Duration endPatience = Duration.ofSeconds(10);

    private static final JsonShape SHAPE = new JsonShape("options")
            .required("port", FieldKind.integer(0, 65_535))
            .required("max-inflight", FieldKind.integer(1, 10))
            .required("--voice", FieldKind.choice(List.of("same", "robot")))
            .required("--format", FieldKind.choice(List.of("m4a", "pcm_s16le", "pcm_f32le")));
    private static final String SPEECH =
            "A WAV file: answers have its sound at the fragment's time stamp instead of what was sent.";
    private static final String BACKGROUND =
            "A WAV file: answers carry its sound at the fragment's time stamp as metadata.background_audio.";
    private static final String GAPS_BLOCK = "Results behind a refused, failed or dropped number are never delivered.";

    /** The same bytes back at once, on a free port of the loopback address, with the contract's heartbeat. */
    public static EchoOptions defaults() {
        return new EchoOptions();
    }

    /** As on the command line. */
    public static EchoOptions of(String... arguments) {
        return CommandLine.populateCommand(new EchoOptions(), arguments);
    }

    public EchoOptions withHeartbeat(Duration interval, Duration timeout) {
        pingInterval = interval;
        pingTimeout = timeout;
        return this;
    }

    /** For tests of a client whose own waits are shortened. */
    public EchoOptions withEndPatience(Duration patience) {
        endPatience = patience;
        return this;
    }

    /**
     * What {@code PUT /v1/simulation} and {@code POST /v1/reset} start from.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    Simulation simulation() {
        ObjectNode checked = Json.object().put("port", port).put("max-inflight", maxInflight);
        SHAPE.read(checked.put("--voice", voice).put("--format", format));
        return Simulation.none()
                .with(Json.object()
                        .put("delay_ms", EchoText.duration(delay).toMillis())
                        .put("jitter_ms", EchoText.duration(jitter).toMillis())
                        .put("stretch", stretch)
                        .put("never_clear", neverClear)
                        .put("gaps_block", gapsBlock)
                        .put("no_ready", noReady)
                        .put("refuse", refuse));
    }
}
