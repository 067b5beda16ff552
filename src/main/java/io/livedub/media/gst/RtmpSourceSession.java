package io.livedub.media.gst;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.RedactedUrl;
import io.livedub.media.RtmpHandshakeProbe;
import io.livedub.media.SourceException;
import io.livedub.media.SourceException.Reason;
import io.livedub.media.Track;

/** One reading of a URL: a pipeline, a thread that pulls from it, and one end. */
final class RtmpSourceSession {
    /**
     * A picture wakes the thread, and the sound that came meanwhile goes with it: a wake-up costs more than what is then done with a frame.
     * Without pictures sound waits this long.
     */
    private static final long PULL_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;
    private final MultiEmitter<? super Frame> emitter;
    private final TagInspector inspector = new TagInspector();
    private final SourceWatch watch;
    private final List<Frame> early = new ArrayList<>();
    private final CountDownLatch pulling = new CountDownLatch(1);
    private final AtomicReference<SourceEnd> end = new AtomicReference<>();
    private final Object lock = new Object();
    private GstPipeline pipeline;
    private JumpRepair jumps;
    private volatile boolean live;
    private int tracksEarly;
    private int tracksEnded;

    RtmpSourceSession(String url, MediaClock clock, GioTrust trust, MultiEmitter<? super Frame> emitter) {
        this.url = url;
        this.clock = clock;
        this.trust = trust;
        this.emitter = emitter;
        watch = new SourceWatch(clock.nowNs());
    }

    void start() {
        emitter.onTermination(() -> finish(SourceEnd.cancelled()));
        try {
            GstRuntime.away(this::open);
        } catch (GstRuntime.MissingGStreamerException missing) {
            emitter.fail(new SourceException(Reason.MISSING_ELEMENT, missing.getMessage(), missing));
        }
    }

    private void open() {
        synchronized (lock) {
            if (end.get() != null) {
                return;
            }
            try {
                trust.use(url);
                pipeline = SourcePipeline.make(url, inspector);
                jumps = new JumpRepair(new TagOffsets(pipeline));
                pipeline.play();
            } catch (GstRuntime.MissingGStreamerException missing) {
                abort(new SourceException(Reason.MISSING_ELEMENT, missing.getMessage(), missing));
                return;
            } catch (RuntimeException failure) {
                abort(new SourceException(Reason.UNREACHABLE, failure.getMessage(), failure));
                return;
            }
            TrackSink video = new TrackSink(Track.VIDEO, pipeline.element(Track.VIDEO.label()));
            TrackSink audio = new TrackSink(Track.AUDIO, pipeline.element(Track.AUDIO.label()));
            GstRuntime.thread("gst-source", () -> pull(video, audio)).start();
        }
    }

    private void abort(SourceException failure) {
        end.set(SourceEnd.failed(failure));
        if (pipeline != null) {
            pipeline.close();
            pipeline = null;
        }
        emitter.fail(failure);
    }

    private void pull(TrackSink video, TrackSink audio) {
        try (video;
                audio) {
            long nextLookNs = clock.nowNs();
            while (end.get() == null && !(video.ended() && audio.ended())) {
                boolean any = next(video, audio);
                if (!any) {
                    noteEnd(video);
                    noteEnd(audio);
                    // A track that the demuxer never found gets no end of stream of its own.
                    finishAfter(1);
                }
                if (!any || !live || clock.nowNs() - nextLookNs >= 0) {
                    nextLookNs = clock.nowNs() + LOOK_NS;
                    look();
                }
            }
        } catch (RuntimeException | Error failure) {
            finish(SourceEnd.failed(failure));
        } finally {
            pulling.countDown();
        }
    }

    /**
     * Emits the older of what waits, so that the tracks stay beside each other when a machine that was held up catches up; waits when
     * nothing does. False when there was nothing.
     */
    private boolean next(TrackSink video, TrackSink audio) {
        try {
            boolean sound = audio.fetch(clock, 0);
            boolean picture = video.fetch(clock, 0);
            if (!sound && !picture) {
                return video.ended() ? audio.fetch(clock, PULL_NS) : video.fetch(clock, PULL_NS);
            }
            TrackSink older = sound && !(picture && video.dtsNs() < audio.dtsNs()) ? audio : video;
            boolean resync = older.resync();
            emit(older.take(), resync);
        } catch (IllegalArgumentException unreadable) {
            finish(SourceEnd.failed(new SourceException(
                    Reason.UNSUPPORTED_CODEC, unreadable.getMessage() + ": " + shown(), unreadable)));
        }
        return true;
    }

    private void noteEnd(TrackSink sink) {
        if (end.get() == null && sink.endsNow()) {
            trackEnded();
        }
    }

    private void emit(Frame frame, boolean resync) {
        synchronized (lock) {
            watch.frame(frame.track(), clock.nowNs());
            if (live) {
                jumps.accept(frame, resync, this::deliver);
            } else {
                early.add(frame);
                tracksEarly |= 1 << frame.track().ordinal();
                if (tracksEarly == 3) {
                    live = true;
                    inspector.finish();
                    early.forEach(this::deliver);
                    early.clear();
                }
            }
            // A subscriber that took its time has not made the source silent.
            watch.frame(frame.track(), clock.nowNs());
        }
    }

    private void deliver(Frame frame) {
        if (end.get() == null) {
            emitter.emit(frame);
        }
    }

    /** An error that came before the end of the stream tells more than the end does. */
    private void trackEnded() {
        look();
        synchronized (lock) {
            tracksEnded++;
            finishAfter(Track.values().length);
        }
    }

    private void finishAfter(int ended) {
        synchronized (lock) {
            if (tracksEnded >= ended) {
                finish(
                        watch.idle(clock.nowNs())
                                ? SourceEnd.of(
                                        SourceWatch.Verdict.SILENT,
                                        watch.anyFrame(),
                                        inspector.lastTagNs() != 0,
                                        shown())
                                : SourceEnd.endOfStream(live, watch.anyFrame()));
            }
        }
    }

    /** Asks the bus and the watch how things are. */
    private void look() {
        Optional<BusMessage> message = pipeline.poll(0);
        synchronized (lock) {
            if (message.isPresent() && message.get().saysNoMorePads()) {
                watch.noMorePads();
            }
            if (!live && inspector.unsupported() != null) {
                finish(SourceEnd.failed(new SourceException(
                        Reason.UNSUPPORTED_CODEC,
                        inspector.unsupported() + " is not supported, H.264 video and AAC audio are required: "
                                + shown())));
                return;
            }
            if (message.isPresent() && message.get().isError()) {
                finish(SourceEnd.broken(message.get().oneLine(), watch.anyFrame()));
                return;
            }
            SourceWatch.Verdict verdict = watch.evaluate(clock.nowNs(), inspector.lastTagNs());
            if (verdict != SourceWatch.Verdict.FINE) {
                finish(SourceEnd.of(verdict, watch.anyFrame(), inspector.lastTagNs() != 0, shown()));
            }
        }
    }

    /** The first end counts. Closing happens elsewhere: a pull thread cannot wait for itself, and a canceller must not wait at all. */
    private void finish(SourceEnd how) {
        if (end.compareAndSet(null, how)) {
            GstRuntime.away(() -> close(how));
        }
    }

    private void close(SourceEnd how) {
        GstPipeline opened;
        synchronized (lock) {
            opened = pipeline;
            early.clear();
        }
        if (opened != null) {
            opened.stop();
            Uninterruptible.await(pulling::await);
            opened.close();
        }
        switch (how.kind()) {
            case CANCELLED -> {}
            case COMPLETE -> emitter.complete();
            case FAILED -> emitter.fail(how.failure());
            case ASK_SERVER -> emitter.fail(askServer(how.detail()));
        }
    }

    private SourceException askServer(String detail) {
        if (RtmpUrls.loginRefused(detail.toLowerCase(Locale.ROOT))) {
            return new SourceException(
                    Reason.NO_SUCH_STREAM,
                    "reading was refused: the server does not accept the worker's login for this path: " + shown()
                            + "; check MEDIAMTX_USER and MEDIAMTX_PASS, and that this user may read here");
        }
        RtmpHandshakeProbe.Result server = RtmpHandshakeProbe.run(url, trust.authorities(), HANDSHAKE);
        return server.answered()
                ? new SourceException(Reason.NO_SUCH_STREAM, "no such stream: " + shown() + ": " + detail)
                : new SourceException(
                        Reason.UNREACHABLE, "RTMP server does not answer: " + shown() + ": " + server.detail());
    }

    private String shown() {
        return RedactedUrl.of(url);
    }
}
