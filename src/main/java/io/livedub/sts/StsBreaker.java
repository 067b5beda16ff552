package io.livedub.sts;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Consumer;

import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.Guard;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.BreakerState;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * The circuit breaker of one stream. SmallRye Fault Tolerance counts and decides; around it stands what it has no words for:
 *
 * <ul>
 *   <li><b>A third outcome.</b> To the library a call is a success or a failure ({@code skipOn} counts as success, and would empty
 *       the window). A non-retryable failure is neither, so it is not reported at all.
 *   <li><b>A probe without a result.</b> In half-open the library counts the permits that it gives out. A probe that ends without
 *       success or failure would use up its permit and leave the breaker half-open for ever. So this class gives out the permits,
 *       and reports only results to the library.
 *   <li><b>Its clock</b> is the system's, by milliseconds, and its half-open needs a call or its timer thread. Here the waiting is
 *       done on the clock passed in, and the library's delay is 0: after {@code open} its next result counts as the probe's.
 *   <li><b>Results of an earlier time.</b> What was sent before it opened says nothing about now; permits carry their epoch.
 * </ul>
 *
 * A window of N calls with failure ratio 1 opens exactly after N consecutive failures, a success anywhere in it prevents that.
 * {@link Guard} works with or without a container (an unnamed breaker registers nowhere; one description for all streams keeps the
 * library's own metrics from growing with the number of streams). Not thread-safe: the session's mailbox serialises.
 */
final class StsBreaker {
    /** Leave to send one fragment; exactly one of the outcome methods ends it. */
    record Permit(long epoch) {}

    /** Runs a task at a time of the clock; the session's mailbox does. */
    interface Scheduler {
        MediaClock.Timer at(long atNs, Runnable task);
    }

    private final MediaClock clock;
    private final Scheduler scheduler;
    private final Duration openFor;
    private final int failures;
    private final Consumer<StreamEvent> events;
    private final Guard library;

    private volatile BreakerState state = BreakerState.CLOSED;
    private long epoch;
    private boolean probing;
    private String lastFailure = "";
    private MediaClock.Timer timer = () -> {};

    StsBreaker(MediaClock clock, Scheduler scheduler, int failures, Duration openFor, Consumer<StreamEvent> events) {
        this.clock = clock;
        this.scheduler = scheduler;
        this.failures = failures;
        this.openFor = openFor;
        this.events = events;
        this.library = Guard.create()
                .withDescription("sts")
                .withCircuitBreaker()
                .requestVolumeThreshold(failures)
                .failureRatio(1)
                .successThreshold(1)
                .delay(0, ChronoUnit.MILLIS)
                .failOn(RetryableFailure.class)
                .onStateChange(this::libraryChanged)
                .done()
                .build();
    }

    BreakerState state() {
        return state;
    }

    /** Whether {@link #acquire} would give a permit now. */
    boolean allows() {
        return state == BreakerState.CLOSED || (state == BreakerState.HALF_OPEN && !probing);
    }

    /** @throws IllegalStateException when it is not allowed */
    Permit acquire() {
        if (!allows()) {
            throw new IllegalStateException("the breaker is " + state.label());
        }
        probing = state == BreakerState.HALF_OPEN;
        return new Permit(epoch);
    }

    void success(Permit permit) {
        if (counts(permit)) {
            tell(Optional.empty());
        }
    }

    void retryableFailure(Permit permit, String why) {
        if (counts(permit)) {
            lastFailure = why;
            tell(Optional.of(new RetryableFailure()));
        }
    }

    /** Reports a non-retryable failure, or a fragment whose outcome stays unknown: neither counts as success or failure. */
    void neither(Permit permit) {
        if (counts(permit)) {
            probing = false;
        }
    }

    void close() {
        timer.cancel();
    }

    private boolean counts(Permit permit) {
        return permit.epoch() == epoch;
    }

    private void tell(Optional<RetryableFailure> failure) {
        probing = false;
        try {
            library.call(
                    () -> {
                        if (failure.isPresent()) {
                            throw failure.get();
                        }
                        return null;
                    },
                    Void.class);
        } catch (RetryableFailure expected) {
            // Guards hand on what they counted.
        } catch (Exception e) {
            throw new IllegalStateException("the circuit breaker refused a result", e);
        }
    }

    /** Called by the library within {@link #tell}, and for {@code HALF_OPEN} also from its timer thread: that one is not looked at. */
    private void libraryChanged(CircuitBreakerState to) {
        if (to == CircuitBreakerState.OPEN) {
            String why = state == BreakerState.CLOSED
                    ? failures + " retryable failures in a row, the last one " + lastFailure
                    : "the probe failed: " + lastFailure;
            change(BreakerState.OPEN, why);
            timer = scheduler.at(
                    clock.nowNs() + openFor.toNanos(), () -> change(BreakerState.HALF_OPEN, "time for a probe"));
        } else if (to == CircuitBreakerState.CLOSED) {
            change(BreakerState.CLOSED, "the probe succeeded");
        }
    }

    private void change(BreakerState to, String reason) {
        BreakerState from = state;
        state = to;
        epoch++;
        events.accept(new SessionEvent.Breaker(from, to, reason));
    }

    /** Made once for each failure and thrown through the library; where it was made is of no interest. */
    private static final class RetryableFailure extends Exception {
        private static final long serialVersionUID = 1L;

        RetryableFailure() {
            super("retryable failure", null, false, false);
        }
    }
}
