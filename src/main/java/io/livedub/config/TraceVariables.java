package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** {@code OTEL_*}: OpenTelemetry's own name, which its operator and every collector's manual use. A part of {@link Settings}. */
public interface TraceVariables {
    @Variable(
            allowed = "http(s)://host:port, and a path",
            meaning = "a collector of OTLP over HTTP (usually port 4318): a trace for each dubbed segment is sent to"
                    + " it, below this at `/v1/traces`; not set: no traces")
    @WithName("exporter.otlp.endpoint")
    Optional<String> endpoint();

    @Variable(
            allowed = "name=value,name=value",
            meaning = "sent with each request to the collector, such as `Authorization=Bearer%20…`; values are"
                    + " percent-encoded; never printed")
    @WithName("exporter.otlp.headers")
    Optional<String> headers();

    @Variable(allowed = "a file", meaning = "holds OTEL_EXPORTER_OTLP_HEADERS, so that they are not in the environment")
    @WithName("exporter.otlp.headers-file")
    Optional<String> headersFile();
}
