package io.livedub.playlist;

import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.livedub.config.StreamSettings;
import io.livedub.config.WorkerConfig;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.supervision.StreamRegistry;

/** The registry's streams. */
@ApplicationScoped
public class RegistryStreams implements ViewedStreams {
    private final StreamRegistry registry;
    private final WorkerConfig config;

    public RegistryStreams(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        this.config = config;
    }

    @Override
    public Optional<StreamSettings> settings(String streamId) {
        return registry.one(streamId).map(known -> config.streamSettings());
    }

    @Override
    public List<Cue> captions(String streamId, String language) {
        boolean translated = config.streamSettings().targets().stream()
                .anyMatch(target -> target.key().equals(language));
        return registry.captions(streamId, 0).stream()
                .map(caption -> cue(caption, translated))
                .toList();
    }

    private static Cue cue(Caption caption, boolean translated) {
        return new Cue(
                caption.number(),
                caption.startNs(),
                caption.endNs(),
                translated ? caption.translation() : caption.transcript());
    }
}
