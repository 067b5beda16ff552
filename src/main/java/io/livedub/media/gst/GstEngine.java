package io.livedub.media.gst;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jboss.logging.Logger;

import io.livedub.media.AudioCodec;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Authorities;
import io.livedub.media.Component;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaEngine;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSource;
import io.livedub.media.Mp4SegmentWriter;
import io.livedub.media.SegmentWriter;
import io.livedub.media.gst.binding.ElementCheck;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.ProgramPages;
import io.livedub.media.gst.codec.GstAudioCodec;
import io.livedub.media.gst.sink.RtmpSink;
import io.livedub.media.gst.source.RtmpSource;

/** GStreamer behind the ports of {@code media}. GStreamer is loaded with the first thing that is asked of a part. */
public final class GstEngine implements MediaEngine {
    private static final Logger LOG = Logger.getLogger(GstEngine.class);

    /** A dubbed stream is on air after 12 s: whatever it runs through has been run through once. */
    private static final long STARTED_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long AGAIN_NS = TimeUnit.MINUTES.toNanos(10);

    private final MediaClock clock;
    private final GioTrust trust;
    private final AtomicBoolean tidied = new AtomicBoolean();
    private final Mp4SegmentWriter segmentWriter = new Mp4SegmentWriter();
    private final GstAudioCodec audioCodec = new GstAudioCodec();

    /** @param authorities who may have signed the certificates of RTMP servers */
    public GstEngine(MediaClock clock, Authorities authorities) {
        this.clock = clock;
        this.trust = new GioTrust(authorities);
    }

    @Override
    public List<Component> components() {
        try {
            return ElementCheck.run();
        } catch (GstRuntime.MissingGStreamerException missing) {
            throw new IllegalStateException(missing.getMessage(), missing);
        }
    }

    @Override
    public void warmUp() {
        try {
            // Not the decoder: its plugin brings 23 MB of libraries, and with a service that answers in the stream's
            // own format it is never needed.
            audioCodec.silence(AudioFormat.aacLc(48_000, 2));
        } catch (GstRuntime.MissingGStreamerException | CodecException unready) {
            // The stream meets the same obstacle and says it where it matters: with an exit code or as a fallback.
            LOG.debug("warming up: " + unready.getMessage());
        }
    }

    @Override
    public MediaSource source(String url) {
        if (tidied.compareAndSet(false, true)) {
            tidyAfter(STARTED_NS);
        }
        return new RtmpSource(url, clock, trust);
    }

    private void tidyAfter(long ns) {
        clock.schedule(clock.nowNs() + ns, () -> {
            GstRuntime.away(ProgramPages::giveBack);
            tidyAfter(AGAIN_NS);
        });
    }

    @Override
    public MediaSink sink(String url) {
        return new RtmpSink(url, clock, trust);
    }

    @Override
    public SegmentWriter segmentWriter() {
        return segmentWriter;
    }

    @Override
    public AudioCodec audioCodec() {
        return audioCodec;
    }
}
