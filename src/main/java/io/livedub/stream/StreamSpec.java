package io.livedub.stream;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

import io.livedub.config.WorkerConfig;
import io.livedub.config.WorkerConfig.StsLoss;

/**
 * What one stream is.
 *
 * @param streamId {@code [A-Za-z0-9_-]{1,64}}
 * @param inputUrl where it is read, with the login
 * @param outputUrl where it is published, with the login
 * @param grace how long the source may be away before it has ended
 * @param stsLoss what happens after five failed reconnects to STS
 */
public record StreamSpec(String streamId, String inputUrl, String outputUrl, Duration grace, StsLoss stsLoss) {
    public StreamSpec {
        if (!WorkerConfig.ID.matcher(streamId).matches()) {
            throw new IllegalArgumentException("not a stream id: '" + streamId + "'");
        }
    }

    /** As {@code run} has it, whose supervisor is told by the exit code. */
    public StreamSpec(String streamId, String inputUrl, String outputUrl, Duration grace) {
        this(streamId, inputUrl, outputUrl, grace, StsLoss.EXIT);
    }

    /** URLs are built from the configuration and a validated id, never taken from a request. */
    public static StreamSpec of(WorkerConfig config, String streamId, Duration defaultGrace, StsLoss defaultLoss) {
        WorkerConfig.MediaServer server = config.mediaServer();
        String base = String.format(
                Locale.ROOT,
                "%s://%s:%d/%s/%s/",
                server.tls() ? "rtmps" : "rtmp",
                server.host(),
                server.rtmpPort(),
                server.appPath(),
                streamId);
        String login = server.login().map(StreamSpec::query).orElse("");
        Duration grace = config.process().sourceGraceMs().isPresent()
                ? Duration.ofMillis(config.process().sourceGraceMs().getAsLong())
                : defaultGrace;
        return new StreamSpec(
                streamId,
                base + "in" + login,
                base + "out" + login,
                grace,
                config.sts().loss().orElse(defaultLoss));
    }

    /** MediaMTX takes a login of RTMP from the query only. */
    private static String query(WorkerConfig.Login login) {
        return "?user=" + encoded(login.user()) + "&pass=" + encoded(login.pass());
    }

    private static String encoded(String text) {
        // A plus is a blank in a form, which this makes, and a plus in a URL.
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    // The URLs hold the password.
    @Override
    public String toString() {
        return "StreamSpec[streamId=" + streamId + "]";
    }

    public StreamSpec withUrls(Optional<String> input, Optional<String> output) {
        return new StreamSpec(streamId, input.orElse(inputUrl), output.orElse(outputUrl), grace, stsLoss);
    }
}
