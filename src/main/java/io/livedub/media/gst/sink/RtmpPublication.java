package io.livedub.media.gst.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.RedactedUrl;
import io.livedub.media.SinkException;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.binding.AppSource;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.OutgoingBytes;
import io.livedub.media.gst.binding.RtmpConnection;
import io.livedub.media.gst.binding.RtmpUrls;
import io.livedub.media.gst.binding.Uninterruptible;

/** Publishes to a URL once: a pipeline, and a thread that watches its bus, its bytes and its end. */
final class RtmpPublication implements Publication {
    private static final String PIPELINE =
            "appsrc name=tags caps=video/x-flv is-live=true format=time block=false max-bytes=0 emit-signals=false !"
                    + " rtmp2sink name=out async=false enable-last-sample=false processing-deadline=0 chunk-size=4096";

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    /** How often it is looked whether the server lets it publish, until it does. */
    private static final long ACCEPTED_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final int TICKS_PER_SAMPLE = 2;
    private static final long EARLY_NS = TimeUnit.SECONDS.toNanos(2);

    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;
    private final Pacing pacing;
    private final long zeroNs;
    private final DepartureProbe departures;
    private final WriteStallWatch wedge = new WriteStallWatch();
    private final IdleOutputWatch idle = new IdleOutputWatch();
    private final CompletableFuture<SinkException> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> accepted = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object lock = new Object();
    private GstPipeline pipeline;
    private TagQueue tags;
    private OutgoingBytes bytes;
    private RtmpConnection connection;
    private EndOfTags endOfTags;
    private Thread watcher;
    private RuntimeException unusable;
    private long openedNs;
    private boolean ending;
    private long stampMs;
    private long endByNs;
    private volatile boolean closed;
    private volatile long sent;

    RtmpPublication(String url, MediaClock clock, GioTrust trust, Pacing pacing, long zeroNs) {
        this.url = url;
        this.clock = clock;
        this.trust = trust;
        this.pacing = pacing;
        this.zeroNs = zeroNs;
        departures = new DepartureProbe(clock, pacing, zeroNs);
    }

    void prepare(VideoFormat video, AudioFormat audio) {
        try {
            trust.use(url);
            pipeline = new GstPipeline(PIPELINE);
            pipeline.set("out", "location", url);
            pipeline.set("out", "sync", pacing == Pacing.TIMED);
            pipeline.probe("out", "sink", departures);
            bytes = new OutgoingBytes(pipeline.element("out"));
            endOfTags = new EndOfTags(clock, bytes, RtmpUrls.port(url), closing);
            pipeline.probeEvents("out", "sink", endOfTags);
            tags = new TagQueue(new AppSource(pipeline.element("tags")), video, audio);
        } catch (RuntimeException failed) {
            unusable = failed;
        }
    }

    @Override
    public void begin() {
        synchronized (lock) {
            if (!closed && unusable == null) {
                play();
            }
        }
        if (unusable != null) {
            fail(new SinkException(String.valueOf(unusable.getMessage()), unusable));
        }
    }

    private void play() {
        try {
            pipeline.setZero(pacing == Pacing.TIMED ? zeroNs : clock.nowNs());
            openedNs = clock.nowNs();
            connection = RtmpConnection.play(pipeline, bytes);
            // An appsrc drops what it is given before it plays.
            tags.metadata(0);
            tags.headers(0);
            watcher = GstRuntime.thread("gst-publish", this::watch);
            watcher.start();
        } catch (RuntimeException failed) {
            unusable = failed;
        }
    }

    @Override
    public void push(Frame frame) {
        synchronized (lock) {
            if (closed || ending) {
                return;
            }
            stampMs = FlvTagWriter.stampMs(frame.dtsNs());
            long now = clock.nowNs();
            wedge.pushed(pacing == Pacing.TIMED ? Math.max(now, zeroNs + frame.dtsNs()) : now);
            tags.frame(frame, stampMs, leavesNs(frame.dtsNs()));
        }
    }

    @Override
    public void announce() {
        synchronized (lock) {
            if (!closed && !ending) {
                tags.headers(FlvTagWriter.START_MS);
            }
        }
    }

    /**
     * Waking two threads for each of 77 frames a second costs a third of what a dubbed stream costs. So the frames of a step leave together,
     * 20 times a second, with the stamps that they had. They leave at the step's end: no frame leaves before it is due.
     */
    private long leavesNs(long dtsNs) {
        return pacing == Pacing.TIMED ? -Math.floorDiv(-dtsNs, MediaSink.STEP_NS) * MediaSink.STEP_NS : dtsNs;
    }

    @Override
    public Uni<Void> end(Duration limit) {
        boolean begun;
        synchronized (lock) {
            begun = watcher != null;
            if (begun && !closed && !ending) {
                ending = true;
                endByNs = clock.nowNs() + limit.toNanos();
                tags.end();
            }
        }
        if (!begun) {
            close();
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
            closing.countDown();
        }
        if (pipeline == null) {
            ended.complete(null);
        } else {
            GstRuntime.away(this::release);
        }
    }

    private void release() {
        if (connection != null) {
            connection.abandon();
        }
        pipeline.stop();
        if (watcher != null) {
            Uninterruptible.await(watcher::join);
        }
        pipeline.close();
        if (connection != null) {
            connection.close();
        }
        ended.complete(null);
    }

    @Override
    public Uni<Void> accepted() {
        return Uni.createFrom().completionStage(accepted);
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
            Optional<BusMessage> message = pipeline.poll(accepted.isDone() ? TICK_NS : ACCEPTED_NS);
            if (closed) {
                return;
            }
            if (!accepted.isDone() && bytes.read() > 0) {
                accepted.complete(null);
            }
            if (message.isPresent() && message.get().isError()) {
                boolean early = clock.nowNs() - openedNs < EARLY_NS;
                fail(new SinkException(SinkFailureText.of(message.get(), url, early)));
                return;
            }
            if (message.isPresent() && message.get().isEos()) {
                sent = endOfTags.drained();
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
                    "publishing was lost: the RTMP server has been taking nothing for 5 s although frames were due: "
                            + RedactedUrl.of(url)));
            return;
        }
        if (count % TICKS_PER_SAMPLE != 0) {
            departures.disarm();
        } else if (departures.rearm()) {
            pipeline.probe("out", "sink", departures);
        }
        boolean late;
        synchronized (lock) {
            if (idle.due(now, sent) && !closed && !ending) {
                tags.metadata(stampMs);
            }
            late = ending && now - endByNs >= 0;
        }
        if (late) {
            close();
        }
    }

    private void fail(SinkException why) {
        failure.complete(why);
        close();
    }
}
