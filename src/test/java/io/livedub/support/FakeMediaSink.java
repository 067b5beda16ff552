package io.livedub.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.smallrye.mutiny.Uni;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.MediaSink;
import io.livedub.media.SinkException;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;

/** Takes what is pushed and says when it leaves: at its time, or when it comes. */
public final class FakeMediaSink implements MediaSink {
    public final List<Frame> pushed = new ArrayList<>();
    /** When each of them leaves. */
    public final List<Long> departedNs = new ArrayList<>();

    public long openedNs = -1;
    public long zeroNs;
    public Pacing pacing;
    public boolean ended;
    /** How often it was opened. */
    public int opened;
    /** With which sound each time. */
    public final List<AudioFormat> sounds = new ArrayList<>();

    /** How often a publication was made ready. */
    public int prepared;
    /** How long a publication takes to end. */
    public Duration endsAfter = Duration.ZERO;
    /** How long the server takes to let it publish, counted from its beginning. */
    public Duration acceptsAfter = Duration.ZERO;
    /** How often a publication was announced ahead of its first frame. */
    public int announced;
    /** Said to each publication that is opened from now on; null: nothing. */
    public String refuses;

    public boolean closed;
    /** The server keeps its connection, and takes nothing of what is pushed from now on. */
    public boolean frozen;
    /** By how much the latest frame was pushed after the time it was to leave. */
    public long latestNs = Long.MIN_VALUE;
    /** Thrown when a frame is pushed, when set. */
    public RuntimeException whenPushed;

    private final VirtualClock clock;
    private CompletableFuture<SinkException> failure = new CompletableFuture<>();

    public FakeMediaSink(VirtualClock clock) {
        this.clock = clock;
    }

    public void fail(String message) {
        failure.complete(new SinkException(message));
    }

    public List<Frame> pushed(Track track) {
        return pushed.stream().filter(frame -> frame.track() == track).toList();
    }

    @Override
    public Publication prepare(VideoFormat video, AudioFormat audio, Pacing asked, long zero) {
        prepared++;
        CompletableFuture<SinkException> itsFailure = new CompletableFuture<>();
        return new Publication() {
            private DepartureListener listener = (track, timestampNs, departedNs) -> {};
            private long taken;
            private boolean itsClosed;

            @Override
            public void begin() {
                if (itsClosed) {
                    return;
                }
                closed = false;
                ended = false;
                openedNs = clock.nowNs();
                opened++;
                sounds.add(audio);
                failure = itsFailure;
                if (refuses != null) {
                    fail(refuses);
                }
                zeroNs = zero;
                pacing = asked;
            }

            @Override
            public void push(Frame frame) {
                if (whenPushed != null) {
                    throw whenPushed;
                }
                if (ended || closed) {
                    return;
                }
                pushed.add(frame);
                taken += frozen ? 0 : frame.data().length;
                long dueNs = pacing == Pacing.TIMED ? zeroNs + frame.dtsNs() : clock.nowNs();
                latestNs = Math.max(latestNs, clock.nowNs() - dueNs);
                departedNs.add(Math.max(dueNs, clock.nowNs()));
                listener.departed(frame.track(), frame.dtsNs(), Math.max(dueNs, clock.nowNs()));
            }

            @Override
            public Uni<Void> accepted() {
                CompletableFuture<Void> yes = new CompletableFuture<>();
                clock.schedule(clock.nowNs() + acceptsAfter.toNanos(), () -> yes.complete(null));
                return acceptsAfter.isZero()
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom().completionStage(yes);
            }

            @Override
            public void announce() {
                announced++;
            }

            @Override
            public Uni<Void> end(Duration limit) {
                ended = true;
                CompletableFuture<Void> whenOver = new CompletableFuture<>();
                clock.schedule(clock.nowNs() + endsAfter.toNanos(), () -> whenOver.complete(null));
                return endsAfter.isZero()
                        ? Uni.createFrom().voidItem()
                        : Uni.createFrom().completionStage(whenOver);
            }

            @Override
            public void close() {
                itsClosed = true;
                closed = true;
            }

            @Override
            public Uni<SinkException> failure() {
                return Uni.createFrom().completionStage(itsFailure);
            }

            @Override
            public long bytesSent() {
                return taken;
            }

            @Override
            public void onDeparture(DepartureListener told) {
                listener = told;
            }
        };
    }
}
