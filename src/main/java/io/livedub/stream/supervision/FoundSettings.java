package io.livedub.stream.supervision;

import java.util.Optional;

import io.livedub.config.SettingSources;
import io.livedub.config.StreamSettings;

/**
 * The settings of a stream that ran before it was launched here.
 *
 * @param settings that it has
 * @param said by whom they were said; empty when the stream does not know
 */
public record FoundSettings(StreamSettings settings, Optional<SettingSources> said) {}
