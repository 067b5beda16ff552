package io.livedub.stream;

import java.time.Duration;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.stream.events.FallbackReason;
import io.livedub.sts.StsObserver;

/** Passes on what a session tells, and lets the offset follow what it says of time. */
final class FollowedSession implements StsObserver {
    private final StsObserver told;
    private final Consumer<Duration> onRoundTrip;
    private final Consumer<FallbackReason> onFallback;

    FollowedSession(StsObserver told, Consumer<Duration> onRoundTrip, Consumer<FallbackReason> onFallback) {
        this.told = told;
        this.onRoundTrip = onRoundTrip;
        this.onFallback = onFallback;
    }

    @Override
    public void sent(UUID fragmentId) {
        told.sent(fragmentId);
    }

    @Override
    public void fitted(UUID fragmentId, Duration took) {
        told.fitted(fragmentId, took);
    }

    @Override
    public void roundTrip(UUID fragmentId, Duration roundTrip) {
        told.roundTrip(fragmentId, roundTrip);
        onRoundTrip.accept(roundTrip);
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        told.fallback(fragmentId, reason, detail);
        onFallback.accept(reason);
    }

    @Override
    public void stateChanged(String from, String to, String reason) {
        told.stateChanged(from, to, reason);
    }

    @Override
    public void breakerChanged(String from, String to, String reason) {
        told.breakerChanged(from, to, reason);
    }

    @Override
    public void inflight(int count) {
        told.inflight(count);
    }

    @Override
    public void backpressure(String action, String detail) {
        told.backpressure(action, detail);
    }

    @Override
    public void reconnected() {
        told.reconnected();
    }

    @Override
    public void completed(String statistics) {
        told.completed(statistics);
    }

    @Override
    public void warning(String message) {
        told.warning(message);
    }
}
