package io.livedub.media.gst.sink;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.RedactedUrl;
import io.livedub.media.SinkException;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.binding.AppSource;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.NativeWindow;
import io.livedub.media.gst.binding.OutgoingBytes;
import io.livedub.media.gst.binding.RtmpConnection;
import io.livedub.media.gst.binding.RtmpUrls;
import io.livedub.media.gst.binding.Uninterruptible;

/** Publishes to a URL once: a pipeline, and a thread that watches its bus, its bytes and its end. */
final class RtmpPublication implements Publication {
    private static final String PIPELINE =
            "appsrc name=tags caps=video/x-flv is-live=true format=time block=false max-bytes=0 emit-signals=false !"
                    + " rtmp2sink name=out async=false enable-last-sample=false processing-deadline=0 chunk-size=4096";

    /** A tag up to this size is made where C takes it from; a larger one, such as a keyframe of a large picture, is copied twice more. */
    private static final int WINDOW = 64 * 1024;

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final int TICKS_PER_SAMPLE = 2;
    private static final long EARLY_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long DRAINED_NS = TimeUnit.MILLISECONDS.toNanos(60);
    private static final int DRAINED_ROUNDS = 10;

    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;
    private final Pacing pacing;
    private final long zeroNs;
    private final DepartureProbe departures;
    private final WriteStallWatch wedge = new WriteStallWatch();
    private final IdleOutputWatch idle = new IdleOutputWatch();
    private final CompletableFuture<SinkException> failure = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Object lock = new Object();
    private final Format[] formats = new Format[Track.values().length];
    private GstPipeline pipeline;
    private AppSource tags;
    private NativeWindow window;
    private OutgoingBytes bytes;
    private RtmpConnection connection;
    private Thread watcher;
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

    void open(VideoFormat video, AudioFormat audio) {
        try {
            trust.use(url);
            pipeline = new GstPipeline(PIPELINE);
            pipeline.set("out", "location", url);
            pipeline.set("out", "sync", pacing == Pacing.TIMED);
            pipeline.probe("out", "sink", departures);
            bytes = new OutgoingBytes(pipeline.element("out"));
            pipeline.probeEvents("out", "sink", new EndOfTags(clock, bytes, RtmpUrls.port(url), closing));
            tags = new AppSource(pipeline.element("tags"));
            window = new NativeWindow(WINDOW);
            pipeline.setZero(pacing == Pacing.TIMED ? zeroNs : clock.nowNs());
            openedNs = clock.nowNs();
            connection = RtmpConnection.play(pipeline, "out");
            // An appsrc drops what it is given before it plays.
            send(FlvTagWriter.metadata(video, audio, 0));
            header(video, 0);
            header(audio, 0);
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
            stampMs = FlvTagWriter.stampMs(frame.dtsNs());
            if (!frame.format().equals(formats[frame.track().ordinal()])) {
                header(frame.format(), stampMs);
            }
            long now = clock.nowNs();
            wedge.pushed(pacing == Pacing.TIMED ? Math.max(now, zeroNs + frame.dtsNs()) : now);
            push(frame, leavesNs(frame.dtsNs()));
        }
    }

    @Override
    public void announce() {
        synchronized (lock) {
            if (!closed && !ending) {
                for (Format format : formats) {
                    header(format, FlvTagWriter.START_MS);
                }
            }
        }
    }

    private void push(Frame frame, long leavesNs) {
        if (FlvTagWriter.bytes(frame) <= window.size()) {
            FlvTagWriter.frame(frame, window.bytes().clear());
            tags.push(window, leavesNs, BufferLayout.CLOCK_TIME_NONE, frame.keyframe());
        } else {
            tags.push(
                    FlvTagWriter.frame(frame),
                    leavesNs,
                    BufferLayout.CLOCK_TIME_NONE,
                    BufferLayout.CLOCK_TIME_NONE,
                    frame.keyframe());
        }
    }

    /**
     * Waking two threads for each of 77 frames a second costs a third of what a dubbed stream costs. So the frames of a step leave together,
     * 20 times a second, with the stamps that they had. They leave at the step's end: no frame leaves before it is due.
     */
    private long leavesNs(long dtsNs) {
        return pacing == Pacing.TIMED ? -Math.floorDiv(-dtsNs, MediaSink.STEP_NS) * MediaSink.STEP_NS : dtsNs;
    }

    private void header(Format format, long stampMs) {
        formats[format.track().ordinal()] = format;
        send(FlvTagWriter.header(format, stampMs));
    }

    /** Without a time: rtmp2sink sends it when all that was pushed before has left. */
    private void send(byte[] tag) {
        tags.push(tag, BufferLayout.CLOCK_TIME_NONE, BufferLayout.CLOCK_TIME_NONE, BufferLayout.CLOCK_TIME_NONE, true);
    }

    @Override
    public Uni<Void> end(Duration limit) {
        synchronized (lock) {
            if (!closed && !ending) {
                ending = true;
                endByNs = clock.nowNs() + limit.toNanos();
                tags.end();
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
                fail(new SinkException(SinkFailureText.of(message.get(), url, early)));
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
                send(FlvTagWriter.metadata(
                        (VideoFormat) formats[Track.VIDEO.ordinal()],
                        (AudioFormat) formats[Track.AUDIO.ordinal()],
                        stampMs));
            }
            late = ending && now - endByNs >= 0;
        }
        if (late) {
            close();
        }
    }

    /** The end of publishing was queued in the connection; the socket takes it a moment later. */
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
