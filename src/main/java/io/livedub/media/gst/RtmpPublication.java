package io.livedub.media.gst;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.jna.Pointer;
import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.RedactedUrl;
import io.livedub.media.SinkException;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

/** One publishing to a URL: a pipeline, and a thread that watches its bus, its bytes and its end. */
final class RtmpPublication implements Publication {
    /** How long flvmux waits for the other track. What it adds to the output's latency is taken off again at the sink. */
    private static final long MUX_LATENCY_NS = TimeUnit.MILLISECONDS.toNanos(400);

    /** Further back than a frame that still waits can be. */
    private static final long PAST_NS = TimeUnit.SECONDS.toNanos(5);

    private static final String SOURCE = "is-live=true format=time block=false max-bytes=0 emit-signals=false";
    private static final String PIPELINE = "flvmux name=m streamable=true latency=" + MUX_LATENCY_NS
            + " ! rtmp2sink name=out async=false enable-last-sample=false processing-deadline=0 chunk-size=4096"
            + " appsrc name=video " + SOURCE + " ! m.video"
            + " appsrc name=audio " + SOURCE + " ! m.audio";

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int TICKS_PER_SAMPLE = 2;
    private static final long EARLY_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long DRAINED_NS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final int DRAINED_ROUNDS = 10;

    private final String url;
    private final MediaClock clock;
    private final Pacing pacing;
    private final long zeroNs;
    private final DepartureProbe departures;
    private final WedgeWatch wedge = new WedgeWatch();
    private final Lateness lateness;
    private final CompletableFuture<SinkException> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Object lock = new Object();
    private final Format[] formats = new Format[Track.values().length];
    private final AppSource[] sources = new AppSource[Track.values().length];
    private GstPipeline pipeline;
    private OutgoingBytes bytes;
    private Pointer muxer;
    private Thread watcher;
    private long openedNs;
    private long latencyNs = MUX_LATENCY_NS;
    private boolean ending;
    private long endByNs;
    private volatile boolean closed;
    private volatile long sent;

    RtmpPublication(String url, MediaClock clock, Pacing pacing, long zeroNs) {
        this.url = url;
        this.clock = clock;
        this.pacing = pacing;
        this.zeroNs = zeroNs;
        departures = new DepartureProbe(clock, pacing, zeroNs);
        lateness = pacing == Pacing.TIMED ? new Lateness(zeroNs) : new Lateness();
    }

    void open(VideoFormat video, AudioFormat audio) {
        try {
            pipeline = new GstPipeline(PIPELINE);
            pipeline.set("out", "location", url);
            pipeline.set("out", "sync", pacing == Pacing.TIMED);
            pipeline.set("out", "ts-offset", -MUX_LATENCY_NS);
            pipeline.probe("out", "sink", departures);
            bytes = new OutgoingBytes(pipeline.element("out"));
            muxer = pipeline.element("m");
            for (Track track : Track.values()) {
                sources[track.ordinal()] = new AppSource(pipeline.element(track.label()));
            }
            format(video);
            format(audio);
            pipeline.setZero(pacing == Pacing.TIMED ? zeroNs : clock.nowNs());
            openedNs = clock.nowNs();
            pipeline.play();
            watcher = GstRuntime.thread("gst-publish", this::watch);
            watcher.start();
        } catch (RuntimeException unusable) {
            fail(new SinkException(String.valueOf(unusable.getMessage()), unusable));
        }
    }

    @Override
    public void push(Frame frame) {
        synchronized (lock) {
            if (closed || ending) {
                return;
            }
            format(frame.format());
            long now = clock.nowNs();
            if (lateness.moved(frame.track(), now, frame.dtsNs())) {
                pipeline.moveZero(muxer, lateness.zeroNs());
            }
            wedge.pushed(pacing == Pacing.TIMED ? Math.max(now, zeroNs + frame.dtsNs()) : now);
            sources[frame.track().ordinal()].push(
                    frame.data(), frame.ptsNs(), frame.dtsNs(), BufferLayout.CLOCK_TIME_NONE, frame.keyframe());
        }
    }

    @Override
    public void pause() {
        synchronized (lock) {
            if (closed || ending || pacing == Pacing.TIMED) {
                return;
            }
            lateness.pause();
            pipeline.moveZero(muxer, lateness.zeroNs() - PAST_NS);
            // Its thread waits for a time that it has reckoned before; a latency that changes wakes it, and only by
            // being another one.
            latencyNs = latencyNs == MUX_LATENCY_NS ? MUX_LATENCY_NS + 1 : MUX_LATENCY_NS;
            pipeline.set("m", "latency", latencyNs);
        }
    }

    private void format(Format format) {
        int track = format.track().ordinal();
        if (!format.equals(formats[track])) {
            Caps.apply(sources[track].pointer(), format);
            formats[track] = format;
        }
    }

    @Override
    public Uni<Void> end(Duration limit) {
        synchronized (lock) {
            if (!closed && !ending) {
                ending = true;
                endByNs = clock.nowNs() + limit.toNanos();
                for (AppSource source : sources) {
                    source.end();
                }
            }
        }
        return Uni.createFrom().completionStage(ended);
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (pipeline == null) {
            ended.complete(null);
        } else {
            GstRuntime.away(this::release);
        }
    }

    private void release() {
        pipeline.stop();
        if (watcher != null) {
            Uninterruptible.await(watcher::join);
        }
        pipeline.close();
        ended.complete(null);
    }

    @Override
    public Uni<SinkException> failure() {
        return Uni.createFrom().completionStage(failure);
    }

    @Override
    public long bytesSent() {
        return sent;
    }

    @Override
    public void onDeparture(DepartureListener listener) {
        departures.listener(listener);
    }

    private void watch() {
        long nextTickNs = clock.nowNs();
        for (int tick = 0; !closed; ) {
            Optional<BusMessage> message = pipeline.poll(TICK_NS);
            if (closed) {
                return;
            }
            if (message.isPresent() && message.get().isError()) {
                boolean early = clock.nowNs() - openedNs < EARLY_NS;
                fail(new SinkException(SinkFailureText.of(message.get(), RedactedUrl.of(url), early)));
                return;
            }
            if (message.isPresent() && message.get().isEos()) {
                drain();
                close();
                return;
            }
            long now = clock.nowNs();
            if (now - nextTickNs >= 0) {
                nextTickNs = now + TICK_NS;
                tick(now, tick++);
            }
        }
    }

    private void tick(long now, int count) {
        sent = bytes.read();
        if (wedge.stuck(now, sent)) {
            fail(new SinkException(
                    "the RTMP server has taken nothing for 5 s although frames were due: " + RedactedUrl.of(url)));
            return;
        }
        if (count % TICKS_PER_SAMPLE != 0) {
            departures.disarm();
        } else if (departures.rearm()) {
            pipeline.probe("out", "sink", departures);
        }
        boolean late;
        synchronized (lock) {
            late = ending && now - endByNs >= 0;
        }
        if (late) {
            close();
        }
    }

    /** End of stream is said when the last tag is queued in the connection; the socket takes it a moment later. */
    private void drain() {
        long before = bytes.read();
        for (int round = 0; round < DRAINED_ROUNDS && !closed; round++) {
            // Returns early when an error arrives, which then does not matter: the end was reached.
            pipeline.poll(DRAINED_NS);
            long after = bytes.read();
            if (after == before) {
                break;
            }
            before = after;
        }
        sent = before;
    }

    private void fail(SinkException why) {
        failure.complete(why);
        close();
    }
}
