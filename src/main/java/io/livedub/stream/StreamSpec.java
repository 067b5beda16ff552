package io.livedub.stream;

import java.time.Duration;
import java.util.Optional;

import io.livedub.config.WorkerConfig;
import io.livedub.config.WorkerConfig.StsLoss;

/**
 * What one stream is.
 *
 * @param streamId {@code [A-Za-z0-9_-]{1,64}}
 * @param inputUrl where it is read
 * @param outputUrl where it is published
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
        String base = "rtmp://%s:%d/%s/%s/".formatted(server.host(), server.rtmpPort(), server.appPath(), streamId);
        Duration grace = config.process().sourceGraceMs().isPresent()
                ? Duration.ofMillis(config.process().sourceGraceMs().getAsLong())
                : defaultGrace;
        return new StreamSpec(
                streamId, base + "in", base + "out", grace, config.sts().loss().orElse(defaultLoss));
    }

    public StreamSpec withUrls(Optional<String> input, Optional<String> output) {
        return new StreamSpec(streamId, input.orElse(inputUrl), output.orElse(outputUrl), grace, stsLoss);
    }
}
