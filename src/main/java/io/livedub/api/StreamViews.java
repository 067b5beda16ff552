package io.livedub.api;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import jakarta.enterprise.context.ApplicationScoped;

import io.livedub.config.WorkerConfig;
import io.livedub.stream.supervision.StreamListing;
import io.livedub.stream.supervision.StreamRegistry;

/** The registry's streams as the API shows them. */
@ApplicationScoped
public class StreamViews {
    private final StreamRegistry registry;
    private final boolean dubbing;
    private final Duration deadline;
    private final Optional<URI> hls;
    private final String app;

    public StreamViews(StreamRegistry registry, WorkerConfig config) {
        this.registry = registry;
        this.dubbing = !config.sts().passthrough();
        // With an offset that follows, STS has its own timeout at most.
        this.deadline = config.segments().avOffset().orElse(config.sts().timeout());
        this.hls = config.serve().hlsUrl();
        this.app = config.mediaServer().appPath();
    }

    List<StreamView> all() {
        return registry.all().stream().map(this::view).toList();
    }

    Optional<StreamView> one(String streamId) {
        return registry.one(streamId).map(this::view);
    }

    List<StreamView.CaptionView> captions(String streamId, long from) {
        return registry.captions(streamId, from).stream()
                .map(caption -> StreamView.CaptionView.of(streamId, caption))
                .toList();
    }

    private StreamView view(StreamListing listing) {
        String player = hls.map(url -> String.format(
                        Locale.ROOT, "%s/%s/%s/out/", url.toString().replaceAll("/+$", ""), app, listing.streamId()))
                .orElse(null);
        return StreamView.of(listing, dubbing, deadline, player);
    }
}
