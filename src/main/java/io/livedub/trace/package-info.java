/**
 * OpenTelemetry traces, one for each segment. Off unless OTEL_EXPORTER_OTLP_ENDPOINT is set.
 *
 * <p>OTLP over HTTP in its JSON form, by hand: four kinds of span and one message. Measured for {@code serve} with traces off, the Quarkus
 * extension costs 41 jars, 11 MB on disk and 9 MB of RSS; the SDK's exporter finds its HTTP client by a ServiceLoader, which a native image
 * here has not, and both bring a protocol stack for signals that Prometheus and the log carry already.
 */
package io.livedub.trace;
