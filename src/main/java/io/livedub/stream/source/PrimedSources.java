package io.livedub.stream.source;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import io.livedub.media.MediaSource;
import io.livedub.timeline.SourceSeam;

/**
 * The sources of a stream that another process still has on air: the first one and, where the stream has one, its backup. Which of them that
 * process airs is not known before it stops. Thread-safe.
 */
public final class PrimedSources {
    /** A source that has given nothing for longer is away: the other process airs the other one, or nothing. */
    private static final Duration AWAY = Duration.ofSeconds(2);

    private final Map<String, PrimedSource> byUrl;

    /** @param byUrl in the order of the streams' preference */
    public PrimedSources(Map<String, PrimedSource> byUrl) {
        this.byUrl = new LinkedHashMap<>(byUrl);
    }

    /** The source at an address, which is read already; empty for any other address. */
    public Optional<MediaSource> of(String url) {
        return Optional.ofNullable(byUrl.get(url));
    }

    private Collection<PrimedSource> all() {
        return byUrl.values();
    }

    /** Begins to read all of them. */
    public void begin() {
        all().forEach(PrimedSource::begin);
    }

    /** Whether the other process can stop at any frame of any source that gives frames, and none would be missed. */
    public boolean isReady() {
        return all().stream().anyMatch(PrimedSource::isReady)
                && all().stream()
                        .allMatch(each -> each.isReady() || each.silentFor().compareTo(AWAY) > 0);
    }

    /** For how long none of them has given this process anything. */
    public Duration silentFor() {
        return all().stream()
                .map(PrimedSource::silentFor)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** The other process may stop at any time: everything from now on is needed. */
    public void keepAll() {
        all().forEach(PrimedSource::keepAll);
    }

    /** To be said before any of them is subscribed to; see {@link PrimedSource#continueAt}. */
    public void continueAt(Optional<SourceSeam> seam, long fromNs) {
        all().forEach(each -> each.continueAt(seam, fromNs));
    }

    /** Nothing more is read on these connections. */
    public void close() {
        all().forEach(PrimedSource::close);
    }
}
