package io.livedub.stream.supervision;

import java.util.List;

/**
 * The settings of a stream were changed.
 *
 * @param correlationId of the stream
 * @param fromNextStart names of settings that a running stream keeps until it starts again; empty when all hold
 */
public record SettingsChanged(String correlationId, List<String> fromNextStart) {}
