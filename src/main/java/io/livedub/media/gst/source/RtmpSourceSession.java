package io.livedub.media.gst.source;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
import io.livedub.media.gst.binding.OutgoingBytes;
import io.livedub.media.gst.binding.RtmpConnection;
import io.livedub.media.gst.binding.RtmpUrls;
import io.livedub.media.gst.binding.Uninterruptible;

/** Reads a URL once: a pipeline, whose own thread brings the tags, a thread that watches it, and one end. */
final class RtmpSourceSession {
    /** How often the source is looked at until both tracks are there. */
    private static final long SOON_NS = TimeUnit.MILLISECONDS.toNanos(40);
    /** How often it is looked at from then on, while frames come. */
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);
    /** The longest pause of reading for one tag. */
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final Duration HANDSHAKE = Duration.ofSeconds(3);

    private final String url;
    private final MediaClock clock;
    private final GioTrust trust;
    private final MultiEmitter<? super Frame> emitter;
    private final FlvReader reader;
    private final SourceWatch watch;
    private final EarlyFrames early = new EarlyFrames();
    private final ReadingPace pace = new ReadingPace();
    private final SourceOddities odd;
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch watching = new CountDownLatch(1);
    private final AtomicReference<SourceEnd> end = new AtomicReference<>();
    private final Object lock = new Object();
    private final AtomicBoolean needsRelay;
    private GstPipeline pipeline;
    private RtmpConnection connection;
    private FullHeaderRelay relay;
    private volatile boolean live;
    private boolean lateIsTold;

    RtmpSourceSession(
            String url,
            MediaClock clock,
            SourceOddities odd,
            GioTrust trust,
            AtomicBoolean needsRelay,
            MultiEmitter<? super Frame> emitter) {
        this.needsRelay = needsRelay;
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
                relay = needsRelay.get() ? FullHeaderRelay.open(url) : null;
                pipeline = SourcePipeline.make(relay == null ? url : relay.url());
                pipeline.probeEach(
                        SourcePipeline.SOURCE, "src", new FlvTagProbe(reader, clock, this::emit, new TagListener()));
                connection = RtmpConnection.play(pipeline, new OutgoingBytes(pipeline.element(SourcePipeline.SOURCE)));
            } catch (GstRuntime.MissingGStreamerException missing) {
                abort(new SourceException(SourceFailure.MISSING_ELEMENT, missing.getMessage(), missing));
                return;
            } catch (RuntimeException | IOException failure) {
                abort(new SourceException(SourceFailure.UNREACHABLE, failure.getMessage(), failure));
                return;
            }
            GstRuntime.thread("gst-source", this::watch).start();
        }
    }

    private void abort(SourceException failure) {
        end.set(SourceEnd.failed(failure));
        if (pipeline != null) {
            pipeline.close();
            pipeline = null;
        }
        closeRelay();
        emitter.fail(failure);
    }

    /** Sees errors, the end of the stream and silence. What is read does not pass through here. */
    private void watch() {
        try {
            while (end.get() == null) {
                Optional<BusMessage> message = pipeline.poll(nextLookNs());
                if (message.isPresent() && message.get().isEos()) {
                    endOfStream();
                } else {
                    look(message);
                }
            }
        } catch (RuntimeException | Error failure) {
            finish(SourceEnd.failed(failure));
        } finally {
            watching.countDown();
        }
    }

    private long nextLookNs() {
        synchronized (lock) {
            return live ? Math.max(SOON_NS, Math.min(LOOK_NS, watch.silentInNs(clock.nowNs()))) : SOON_NS;
        }
    }

    /** What happens on the source's thread. */
    private final class TagListener implements FlvTagProbe.Listener {
        @Override
        public void tag(boolean ofTrack, long size) throws InterruptedException {
            long now = clock.nowNs();
            // Also for script data: the watching thread reads what the reader has found in it.
            synchronized (lock) {
                if (ofTrack) {
                    watch.tag(now);
                }
            }
            pace.message(size, now);
            pause(pace.pauseNs(now));
        }

        @Override
        public void failed(Throwable failure) {
            finish(SourceEnd.failed(failure));
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
            } else if (early.add(frame)) {
                live = true;
                early.drainTo(this::deliver);
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

    /** An error that came before the end of the stream tells more than the end does; it was an earlier message. */
    private void endOfStream() {
        synchronized (lock) {
            finish(SourceEnd.endOfStream(live, watch.anyFrame()));
        }
    }

    private void look(Optional<BusMessage> message) {
        synchronized (lock) {
            if (message.isPresent()) {
                String said = message.get().oneLine();
                if (!watch.anyFrame() && FullHeaderRelay.helps(said, url)) {
                    needsRelay.set(true);
                }
                finish(SourceEnd.broken(said, url, watch.anyFrame()));
                return;
            }
            tellLate();
            SourceWatch.SourceVerdict verdict = watch.evaluate(clock.nowNs());
            if (verdict != SourceWatch.SourceVerdict.FINE) {
                finish(SourceEnd.of(verdict, watch.anyFrame(), watch.anyTag(), watch.foreignCodec(), shown()));
            }
        }
    }

    /** Said once for each connection: until the track comes, or the wait is over, nothing else is said of the stream. */
    private void tellLate() {
        String awaited = live || lateIsTold ? "" : watch.awaits(clock.nowNs());
        if (!awaited.isEmpty()) {
            lateIsTold = true;
            odd.add(SourceOddities.SourceOddity.LATE_TRACK, awaited);
        }
    }

    /** The first end counts. Closing happens elsewhere: the source's thread cannot wait for itself, and a canceller must not wait at all. */
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
            connection.abandon();
            opened.stop();
            Uninterruptible.await(watching::await);
            opened.close();
            connection.close();
        }
        closeRelay();
        switch (how.kind()) {
            case CANCELLED -> {}
            case COMPLETE -> emitter.complete();
            case FAILED -> fail(how.failure());
            case ASK_SERVER -> fail(askServer(how.detail()));
        }
    }

    private void closeRelay() {
        if (relay != null) {
            relay.close();
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
