package io.livedub.media.gst.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.ReadingPace;
import io.livedub.media.RedactedUrl;
import io.livedub.media.RtmpHandshakeProbe;
import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.SourceOddities;
import io.livedub.media.flv.FlvReader;
import io.livedub.media.gst.binding.BusMessage;
import io.livedub.media.gst.binding.GioTrust;
import io.livedub.media.gst.binding.GstPipeline;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.RtmpUrls;
import io.livedub.media.gst.binding.Uninterruptible;

/** Reads a URL once: a pipeline, a thread that pulls from it, and one end. */
final class RtmpSourceSession {
    /** How long a pull waits for a tag before the source is looked at. */
    private static final long PULL_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    /** The longest pause of reading. A longer one would look to rtmp2src like a server that has gone silent. */
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Duration HANDSHAKE = Duration.ofSeconds(3);
    /** Bytes of one track that may wait for the first frame of the other: 60 s of sound at 300 kbit/s. Beyond it the oldest frame is dropped. */
    private static final int MOST_EARLY = 4096;

    private static final long MOST_EARLY_BYTES = 16L * 1024 * 1024;

    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;
    private final MultiEmitter<? super Frame> emitter;
    private final FlvReader reader;
    private final SourceWatch watch;
    private final Deque<Frame> early = new ArrayDeque<>();
    private final ReadingPace pace = new ReadingPace();
    private final SourceOddities odd;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch pulling = new CountDownLatch(1);
    private final AtomicReference<SourceEnd> end = new AtomicReference<>();
    private final Object lock = new Object();
    private GstPipeline pipeline;
    private volatile boolean live;
    private int tracksEarly;
    private long earlyBytes;

    RtmpSourceSession(
            String url, MediaClock clock, SourceOddities odd, GioTrust trust, MultiEmitter<? super Frame> emitter) {
        this.url = url;
        this.clock = clock;
        this.trust = trust;
        this.emitter = emitter;
        this.odd = odd;
        reader = new FlvReader(odd);
        watch = new SourceWatch(SourceWatch.Announced.by(reader), clock.nowNs());
    }

    void start() {
        emitter.onTermination(() -> finish(SourceEnd.cancelled()));
        try {
            GstRuntime.away(this::open);
        } catch (GstRuntime.MissingGStreamerException missing) {
            emitter.fail(new SourceException(SourceFailure.MISSING_ELEMENT, missing.getMessage(), missing));
        }
    }

    private void open() {
        synchronized (lock) {
            if (end.get() != null) {
                return;
            }
            try {
                trust.use(url);
                pipeline = SourcePipeline.make(url);
                pipeline.play();
            } catch (GstRuntime.MissingGStreamerException missing) {
                abort(new SourceException(SourceFailure.MISSING_ELEMENT, missing.getMessage(), missing));
                return;
            } catch (RuntimeException failure) {
                abort(new SourceException(SourceFailure.UNREACHABLE, failure.getMessage(), failure));
                return;
            }
            FlvTagPuller tags = new FlvTagPuller(pipeline.element(SourcePipeline.TAGS), reader);
            GstRuntime.thread("gst-source", () -> pull(tags)).start();
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

    private void pull(FlvTagPuller tags) {
        try {
            long nextLookNs = clock.nowNs();
            while (end.get() == null) {
                boolean any = tags.next(PULL_NS, clock, this::emit);
                if (any && tags.ofTrack()) {
                    synchronized (lock) {
                        watch.tag(clock.nowNs());
                    }
                } else if (tags.ended()) {
                    endOfStream();
                }
                if (any) {
                    long now = clock.nowNs();
                    pace.message(tags.size(), now);
                    pause(pace.pauseNs(now));
                }
                if (!any || !live || clock.nowNs() - nextLookNs >= 0) {
                    nextLookNs = clock.nowNs() + LOOK_NS;
                    look();
                }
            }
        } catch (InterruptedException interrupted) {
            finish(SourceEnd.failed(interrupted));
        } catch (RuntimeException | Error failure) {
            finish(SourceEnd.failed(failure));
        } finally {
            pulling.countDown();
        }
    }

    private void pause(long ns) throws InterruptedException {
        if (ns > 0) {
            odd.add(SourceOddities.SourceOddity.TOO_FAST, "TCP slows it down; nothing is lost");
            over.await(Math.min(ns, LONGEST_PAUSE_NS), TimeUnit.NANOSECONDS);
        }
    }

    private void emit(Frame frame) {
        pace.frame(frame, clock.nowNs());
        synchronized (lock) {
            watch.frame(frame.track(), clock.nowNs());
            if (live) {
                deliver(frame);
            } else {
                hold(frame);
            }
            // A subscriber that took its time has not made the source silent.
            watch.frame(frame.track(), clock.nowNs());
        }
    }

    /** Holds frames until both tracks have one, because only then both formats are known. */
    private void hold(Frame frame) {
        early.add(frame);
        earlyBytes += frame.data().length;
        while (early.size() > MOST_EARLY || earlyBytes > MOST_EARLY_BYTES) {
            earlyBytes -= early.remove().data().length;
        }
        tracksEarly |= 1 << frame.track().ordinal();
        if (tracksEarly == 3) {
            live = true;
            early.forEach(this::deliver);
            early.clear();
        }
    }

    private void deliver(Frame frame) {
        if (end.get() == null) {
            emitter.emit(frame);
        }
    }

    /** An error that came before the end of the stream tells more than the end does. */
    private void endOfStream() {
        look();
        synchronized (lock) {
            finish(
                    watch.idle(clock.nowNs())
                            ? SourceEnd.of(
                                    SourceWatch.SourceVerdict.SILENT, watch.anyFrame(), watch.anyTag(), "", shown())
                            : SourceEnd.endOfStream(live, watch.anyFrame()));
        }
    }

    /** Asks the bus and the watch how things are. */
    private void look() {
        Optional<BusMessage> message = pipeline.poll(0);
        synchronized (lock) {
            if (message.isPresent() && message.get().isError()) {
                finish(SourceEnd.broken(message.get().oneLine(), watch.anyFrame()));
                return;
            }
            SourceWatch.SourceVerdict verdict = watch.evaluate(clock.nowNs());
            if (verdict != SourceWatch.SourceVerdict.FINE) {
                finish(SourceEnd.of(verdict, watch.anyFrame(), watch.anyTag(), watch.foreignCodec(), shown()));
            }
        }
    }

    /** The first end counts. Closing happens elsewhere: a pull thread cannot wait for itself, and a canceller must not wait at all. */
    private void finish(SourceEnd how) {
        if (end.compareAndSet(null, how)) {
            over.countDown();
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
            case FAILED -> fail(how.failure());
            case ASK_SERVER -> fail(askServer(how.detail()));
        }
    }

    /** A subscriber who has cancelled gets no failure: Mutiny would log the failure as dropped. */
    private void fail(Throwable failure) {
        if (!emitter.isCancelled()) {
            emitter.fail(failure);
        }
    }

    private SourceException askServer(String detail) {
        if (RtmpUrls.loginRefused(detail.toLowerCase(Locale.ROOT))) {
            return new SourceException(
                    SourceFailure.NO_SUCH_STREAM,
                    "reading was refused: the server does not accept the worker's login for this path: " + shown()
                            + "; check MEDIAMTX_USER and MEDIAMTX_PASS, and that this user may read here");
        }
        RtmpHandshakeProbe.HandshakeResult server = RtmpHandshakeProbe.run(url, trust.authorities(), HANDSHAKE);
        return server.answered()
                ? new SourceException(SourceFailure.NO_SUCH_STREAM, "no such stream: " + shown() + ": " + detail)
                : new SourceException(
                        SourceFailure.UNREACHABLE, "RTMP server does not answer: " + shown() + ": " + server.detail());
    }

    private String shown() {
        return RedactedUrl.of(url);
    }
}
