package io.livedub.sts;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import io.livedub.stream.events.FallbackReason;

/** What the session told its observer, as lines. */
final class Recorder implements StsObserver {
    final List<String> states = new CopyOnWriteArrayList<>();
    final List<String> breaker = new CopyOnWriteArrayList<>();
    final List<String> fallbacks = new CopyOnWriteArrayList<>();
    final List<String> warnings = new CopyOnWriteArrayList<>();
    final List<String> backpressure = new CopyOnWriteArrayList<>();
    final List<String> completed = new CopyOnWriteArrayList<>();
    final List<Duration> roundTrips = new CopyOnWriteArrayList<>();
    volatile int inflight;
    volatile int mostInflight;
    volatile int reconnects;

    @Override
    public void stateChanged(String from, String to, String reason) {
        states.add(from + " → " + to);
    }

    @Override
    public void breakerChanged(String from, String to, String reason) {
        breaker.add(from + " → " + to);
    }

    @Override
    public void inflight(int count) {
        inflight = count;
        mostInflight = Math.max(mostInflight, count);
    }

    @Override
    public void roundTrip(UUID fragmentId, Duration roundTrip) {
        roundTrips.add(roundTrip);
    }

    @Override
    public void fallback(UUID fragmentId, FallbackReason reason, String detail) {
        fallbacks.add(fragmentId.getLeastSignificantBits() + " " + reason.label());
    }

    @Override
    public void backpressure(String action, String detail) {
        backpressure.add(action);
    }

    @Override
    public void reconnected() {
        reconnects++;
    }

    @Override
    public void completed(String statistics) {
        completed.add(statistics);
    }

    @Override
    public void warning(String message) {
        warnings.add(message);
    }
}
