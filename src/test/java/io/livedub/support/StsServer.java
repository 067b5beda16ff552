package io.livedub.support;

import java.net.URI;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** An STS service with doors for tests beside the protocol: those that {@code sts_server.py} describes. */
public interface StsServer extends AutoCloseable {
    URI url();

    /** What it has heard since the last {@link #reset}. */
    JsonNode log();

    /** Replaces how it behaves. */
    void mode(Map<String, Object> mode);

    /** Says something to the newest connection. */
    void emit(String event, Map<String, Object> payload);

    /** @param how {@code goodbye} or {@code abort} */
    void disconnect(String how);

    void reset();

    @Override
    void close();
}
