package io.livedub.stream.source;

import java.time.Duration;

import io.livedub.media.SourceException;
import io.livedub.stream.source.SourcePolicy.Next;

/**
 * Asks for a source for ever, whatever it answers: for one of two sources, of which the other one may be on air meanwhile. Whether the stream has
 * ended is decided on both together.
 */
final class PatientPolicy implements RetryPolicy {
    static final Duration AT_ONCE = Duration.ofSeconds(1);
    /** The pause before a source that cannot be aired, such as one without sound, is tried again: its publisher has to change it first. */
    static final Duration UNUSABLE = Duration.ofSeconds(10);

    private boolean live;

    @Override
    public void frameArrived() {
        live = true;
    }

    /** A source that was read before is asked for as one that was not. */
    @Override
    public void resume(long nowNs) {
        live = false;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public Next ended(SourceException failure, long nowNs) {
        Duration wait = live ? AT_ONCE : SourcePolicy.ASK_AGAIN;
        live = false;
        boolean unusable = failure != null && SourcePolicy.isFinal(failure.reason());
        return new Next.RetrySource(nowNs + (unusable ? UNUSABLE : wait).toNanos());
    }
}
