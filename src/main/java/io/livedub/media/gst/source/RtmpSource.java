package io.livedub.media.gst.source;

import java.util.concurrent.atomic.AtomicBoolean;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;

import io.livedub.media.Authorities;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSource;
import io.livedub.media.SourceOddities;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.RtmpUrls;

/** Reads an RTMP stream. Each subscription is a {@link RtmpSourceSession} with a pipeline of its own. */
public final class RtmpSource implements MediaSource {
    private final String url;
    private final MediaClock clock;
    private final SourceOddities odd = new SourceOddities();
    private final GioTrust trust;
    /** The server did not take rtmp2src's chunk headers: found out by the first reading, and kept for all that follow. */
    private final AtomicBoolean needsRelay = new AtomicBoolean();

    /**
     * @param url {@code rtmp(s)://host[:port]/app/stream[?query]}
     * @throws IllegalArgumentException when it is not such a URL
     */
    public RtmpSource(String url, MediaClock clock) {
        this(url, clock, new GioTrust(Authorities.OF_THE_SYSTEM));
    }

    public RtmpSource(String url, MediaClock clock, GioTrust trust) {
        this.url = RtmpUrls.require(url);
        this.clock = clock;
        this.trust = trust;
    }

    @Override
    public Multi<Frame> frames() {
        // IGNORE, because a queue here could only grow: what slows the source down is the subscriber's own
        // time in onItem.
        return Multi.createFrom()
                .emitter(
                        emitter -> new RtmpSourceSession(url, clock, odd, trust, needsRelay, emitter).start(),
                        BackPressureStrategy.IGNORE);
    }

    @Override
    public SourceOddities oddities() {
        return odd;
    }
}
