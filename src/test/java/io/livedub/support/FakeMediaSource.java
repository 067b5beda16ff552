package io.livedub.support;

import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.media.Frame;
import io.livedub.media.MediaSource;
import io.livedub.media.SourceException;

/** A source whose every connection is the test's to fill and to end. */
public final class FakeMediaSource implements MediaSource {
    /** One connection. */
    public static final class Attempt {
        public final long atNs;
        public boolean cancelled;
        private final MultiEmitter<? super Frame> emitter;

        Attempt(long atNs, MultiEmitter<? super Frame> emitter) {
            this.atNs = atNs;
            this.emitter = emitter;
            emitter.onTermination(() -> cancelled = true);
        }

        public void emit(Frame frame) {
            emitter.emit(frame);
        }

        public void endOfStream() {
            emitter.complete();
        }

        public void fail(SourceException.SourceFailure reason) {
            emitter.fail(new SourceException(reason, "the source says " + reason));
        }

        public void fail(Throwable failure) {
            emitter.fail(failure);
        }
    }

    public final List<Attempt> attempts = new ArrayList<>();
    private final VirtualClock clock;
    private SourceException.SourceFailure refusal;

    public FakeMediaSource(VirtualClock clock) {
        this.clock = clock;
    }

    /** Every connection from now on fails at once; null: it waits for the test. */
    public void refuse(SourceException.SourceFailure reason) {
        refusal = reason;
    }

    public Attempt attempt() {
        return attempts.get(attempts.size() - 1);
    }

    /** When each connection was opened, in ms of the clock. */
    public List<Long> openedMs() {
        return attempts.stream().map(attempt -> attempt.atNs / 1_000_000).toList();
    }

    @Override
    public Multi<Frame> frames() {
        return Multi.createFrom()
                .<Frame>emitter(
                        emitter -> {
                            attempts.add(new Attempt(clock.nowNs(), emitter));
                            if (refusal != null) {
                                attempt().fail(refusal);
                            }
                        },
                        BackPressureStrategy.IGNORE);
    }
}
