package io.livedub.media.gst.sink;

import io.livedub.media.AudioFormat;
import io.livedub.media.Authorities;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.RtmpUrls;

/** Publishes to an RTMP server. Each {@link #open} is an {@link RtmpPublication} with a pipeline of its own. */
public final class RtmpSink implements MediaSink {
    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;

    /**
     * @param url {@code rtmp(s)://host[:port]/app/stream[?query]}
     * @param clock counts as {@link System#nanoTime()}
     * @throws IllegalArgumentException when it is not such a URL
     */
    public RtmpSink(String url, MediaClock clock) {
        this(url, clock, new GioTrust(Authorities.OF_THE_SYSTEM));
    }

    public RtmpSink(String url, MediaClock clock, GioTrust trust) {
        this.url = RtmpUrls.require(url);
        this.clock = clock;
        this.trust = trust;
    }

    @Override
    public Publication prepare(VideoFormat video, AudioFormat audio, Pacing pacing, long zeroNs) {
        RtmpPublication publication = new RtmpPublication(url, clock, trust, pacing, zeroNs);
        publication.prepare(video, audio);
        return publication;
    }
}
