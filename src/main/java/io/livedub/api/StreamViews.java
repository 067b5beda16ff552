package io.livedub.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.config.WorkerConfig;
import io.livedub.id.StreamId;
import io.livedub.stream.supervision.StreamListing;
import io.livedub.stream.supervision.StreamRegistry;

/** The registry's streams as the API shows them. */
@ApplicationScoped
public class StreamViews {
    private final StreamRegistry registry;
    private final Duration deadline;
    private final Optional<URI> hls;
    private final String app;

    public StreamViews(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        // With an offset that follows, STS has its own timeout at most.
        this.deadline = config.segments().avOffset().orElse(config.sts().timeout());
        this.hls = config.serve().hlsUrl();
        this.app = config.mediaServer().appPath();
    }

    List<StreamView> all() {
        return registry.all().stream().map(this::view).toList();
    }

    Optional<StreamView> one(StreamId streamId) {
        return registry.one(streamId).map(this::view);
    }

    List<StreamView.CaptionView> captions(StreamId streamId, long from) {
        return registry.board(streamId).map(board -> board.captions(from)).orElse(List.of()).stream()
                .map(caption -> StreamView.CaptionView.of(streamId, caption))
                .toList();
    }

    /** The same of any language. That of the source is what was said, as the first dubbed language's service has heard it. */
    List<StreamView.CaptionView> captions(StreamId streamId, String language, long from) {
        return registry.board(streamId).map(board -> board.captions(language, from)).orElse(List.of()).stream()
                .map(caption -> StreamView.CaptionView.of(streamId, caption))
                .toList();
    }

    /** Which captions a stream has under this name; empty when none. */
    Optional<CaptionsOf> captionsOf(StreamId streamId, String language) {
        String key = language.toLowerCase(Locale.ROOT);
        return registry.one(streamId).flatMap(listing -> {
            StreamSettings settings = listing.settings();
            if (settings.targets().stream().anyMatch(target -> target.key().equals(key) && !target.isOriginal())) {
                return Optional.of(new CaptionsOf(key, false));
            }
            boolean source = settings.sourceLanguage().toLowerCase(Locale.ROOT).equals(key);
            return source
                    ? settings.targets().stream()
                            .filter(target -> !target.isOriginal())
                            .findFirst()
                            .map(target -> new CaptionsOf(target.key(), true))
                    : Optional.empty();
        });
    }

    /** @param transcript what was said, in place of its translation */
    record CaptionsOf(String language, boolean transcript) {}

    private StreamView view(StreamListing listing) {
        List<StreamView.LanguageView> languages = listing.status().languages().stream()
                .map(each -> {
                    String path =
                            each.output().isEmpty() ? Target.pathOf(each.language(), listing.atOut()) : each.output();
                    String output = String.format(Locale.ROOT, "%s/%s/%s", app, listing.streamId(), path);
                    return StreamView.LanguageView.of(each, output, player(output));
                })
                .toList();
        String output = languages.isEmpty()
                ? String.format(Locale.ROOT, "%s/%s/out", app, listing.streamId())
                : languages.get(0).output();
        return StreamView.of(listing, !listing.settings().passthrough(), deadline, player(output), languages);
    }

    /** Null when the media server's pages are not known. */
    private String player(String output) {
        return hls.map(url -> url.toString().replaceAll("/+$", "") + "/" + output + "/")
                .orElse(null);
    }
}
