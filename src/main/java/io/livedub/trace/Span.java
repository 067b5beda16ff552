package io.livedub.trace;

import java.util.Map;
import java.util.Optional;

/**
 * A span with the fields of OTLP.
 *
 * @param traceId 32 hex digits
 * @param spanId 16 hex digits
 * @param parentId empty for a trace's root
 * @param client whether it waits for another service
 * @param startNs since the epoch; so is {@code endNs}
 * @param attributes values are texts, longs, doubles or booleans
 * @param error what went wrong
 */
record Span(
        String traceId,
        String spanId,
        String parentId,
        String name,
        boolean client,
        long startNs,
        long endNs,
        Map<String, Object> attributes,
        Optional<String> error) {}
