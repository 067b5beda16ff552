package io.livedub.media.gst;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import io.smallrye.mutiny.subscription.Cancellable;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSink.Publication;
import io.livedub.media.SourceException;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.media.gst.sink.RtmpSink;
import io.livedub.media.gst.source.RtmpSource;

/** The smallest passthrough: from the first keyframe on, every frame goes out as it comes, its time counted from there. */
final class Relay implements AutoCloseable {
    private final RtmpSource source;
    private final RtmpSink sink;
    private final MediaClock clock;
    private final List<Frame> waiting = new CopyOnWriteArrayList<>();
    private final AtomicInteger frames = new AtomicInteger();
    private volatile Publication publication;
    private volatile boolean completed;
    private volatile Throwable failure;
    private long zeroNs;
    private volatile Cancellable reading;

    Relay(String from, String to, MediaClock clock) {
        source = new RtmpSource(from, clock);
        sink = new RtmpSink(to, clock);
        this.clock = clock;
    }

    void start() {
        reading = source.frames().subscribe().with(this::frame, this::failed, () -> completed = true);
    }

    /** The publisher may need another moment; each test bounds how long it waits. */
    private void failed(Throwable error) {
        if (error instanceof SourceException none && none.reason() == SourceException.SourceFailure.NO_SUCH_STREAM) {
            start();
        } else {
            failure = error;
        }
    }

    private void frame(Frame frame) {
        if (publication == null) {
            waiting.add(frame);
            Frame key = waiting.stream()
                    .filter(f -> f.track() == Track.VIDEO && f.keyframe())
                    .findFirst()
                    .orElse(null);
            Frame sound = waiting.stream()
                    .filter(f -> f.track() == Track.AUDIO)
                    .findFirst()
                    .orElse(null);
            if (key == null || sound == null) {
                return;
            }
            zeroNs = key.dtsNs();
            publication = sink.open(
                    (VideoFormat) key.format(), (AudioFormat) sound.format(), Pacing.IMMEDIATE, clock.nowNs());
            waiting.forEach(this::push);
        } else {
            push(frame);
        }
    }

    private void push(Frame frame) {
        if (frame.dtsNs() >= zeroNs) {
            publication.push(frame.shift(-zeroNs));
            frames.incrementAndGet();
        }
    }

    Publication publication() {
        return publication;
    }

    int frames() {
        if (failure != null) {
            throw new AssertionError("source failed", failure);
        }
        return frames.get();
    }

    boolean completed() {
        if (failure != null) {
            throw new AssertionError("source failed", failure);
        }
        return completed;
    }

    void end() {
        publication.end(Duration.ofSeconds(5)).await().atMost(Duration.ofSeconds(6));
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.cancel();
        }
        if (publication != null) {
            publication.close();
        }
    }
}
