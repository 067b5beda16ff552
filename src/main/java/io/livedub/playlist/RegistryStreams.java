package io.livedub.playlist;

import java.util.List;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.stream.StreamStatus.Caption;
import io.livedub.stream.supervision.StreamRegistry;

/** The registry's streams. */
@ApplicationScoped
public class RegistryStreams implements ViewedStreams {
    private final StreamRegistry registry;

    public RegistryStreams(StreamRegistry registry) {
        this.registry = registry;
    }

    @Override
    public Optional<ViewedStream> stream(StreamId streamId) {
        return registry.one(streamId).map(listing -> new ViewedStream(listing.settings(), listing.atOut()));
    }

    @Override
    public List<Cue> captions(StreamId streamId, String language) {
        List<Target> dubbed = stream(streamId).map(its -> its.settings().targets()).orElse(List.of()).stream()
                .filter(target -> !target.isOriginal())
                .toList();
        boolean translated = dubbed.stream().anyMatch(target -> target.key().equals(language));
        // All languages have the same source, so the transcript of the first language's service serves for all.
        return dubbed.stream()
                .map(Target::key)
                .filter(key -> !translated || key.equals(language))
                .findFirst()
                .map(key -> registry.board(streamId)
                        .map(board -> board.captions(key, 0))
                        .orElse(List.of()))
                .orElse(List.of())
                .stream()
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
