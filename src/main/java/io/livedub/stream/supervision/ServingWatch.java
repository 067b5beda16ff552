package io.livedub.stream.supervision;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.observe.StreamLog;
import io.livedub.spool.ServingFolder;

/**
 * Says that this process serves, and sees whether another one is to take its streams over: from then on no stream begins here, and each that is
 * there goes when the other process has asked for it. When the other one dies before that, everything is as it was.
 */
public final class ServingWatch {
    private static final Duration EACH = Duration.ofMillis(500);

    private final ServingFolder folder;
    private final StreamRegistry registry;
    private final MediaClock clock;
    private final Executor workers;
    private final Runnable takeUpLeft;
    private final StreamLog log;
    private final CompletableFuture<String> takenOver = new CompletableFuture<>();
    private String successor;
    /** Null at first: a word that was left to an earlier process is taken back. */
    private Set<StreamId> told;

    private long lookForLeftUntilNs = Long.MIN_VALUE;
    private boolean begun;
    private boolean broken;

    /**
     * @param workers runs what blocks
     * @param takeUpLeft begins the streams that no process has and that one has left behind; blocking
     */
    public ServingWatch(
            ServingFolder folder,
            StreamRegistry registry,
            MediaClock clock,
            Executor workers,
            Runnable takeUpLeft,
            StreamLog log) {
        this.folder = folder;
        this.registry = registry;
        this.clock = clock;
        this.workers = workers;
        this.takeUpLeft = takeUpLeft;
        this.log = log;
    }

    /** Completes with the process that has all streams of this one. */
    public CompletableFuture<String> takenOver() {
        return takenOver;
    }

    public synchronized void begin() {
        begun = true;
        workers.execute(this::look);
    }

    /**
     * This process ends by a signal. The next one, or one that is about to take its streams over, begins those anew that do not reach it any more: no
     * hook comes for publishers that have stayed.
     *
     * @param streams those that this process had at the signal
     */
    public synchronized void leave(Set<StreamId> streams) {
        try {
            if (begun) {
                folder.leave(streams);
            }
        } catch (IOException unusable) {
            log.warn("another process cannot be told which streams end here: " + unusable);
        }
    }

    /** Streams of the process that a signal ended last, as in {@code systemctl restart}; empty when that was longer ago, and the second time. */
    public synchronized Set<StreamId> takeLeft(Duration maxAge) {
        try {
            return folder.takeLeft(maxAge);
        } catch (IOException unreadable) {
            log.warn("it is not known which streams the last process had: " + unreadable);
            return Set.of();
        }
    }

    private synchronized void look() {
        if (takenOver.isDone()) {
            return;
        }
        try {
            folder.serve();
            // A drain hands nothing over, but whoever waits for its end must see that it is at work.
            if (!registry.isDraining()) {
                follow(folder.successor());
            }
        } catch (IOException | RuntimeException unusable) {
            if (!broken) {
                log.warn("this process cannot be taken over: its segment folder cannot be used: " + unusable);
            }
            broken = true;
        }
        clock.schedule(clock.nowNs() + EACH.toNanos(), this::again);
    }

    /** Asked when the time has come: a drain that is over has perhaps ended the worker threads already. */
    private synchronized void again() {
        if (!registry.isDraining() || !registry.isIdle()) {
            begin();
        }
    }

    private void follow(Optional<String> asking) throws IOException {
        if (asking.isPresent() && successor == null) {
            log.info(asking.get() + " is taking the streams over: no more begin here");
        } else if (asking.isEmpty() && successor != null) {
            log.warn(
                    successor
                            + " was to take the streams over and does not any more: they stay here, and those that it had come back");
            registry.keep();
            lookForLeftUntilNs = clock.nowNs() + HandingOver.STILL_GOING.toNanos();
        }
        successor = asking.orElse(null);
        if (successor == null) {
            if (clock.nowNs() < lookForLeftUntilNs) {
                takeUpLeft.run();
            }
            return;
        }
        Set<StreamId> left = registry.handOver();
        if (!left.equals(told)) {
            folder.leave(left);
            told = left;
        }
        if (registry.isIdle()) {
            takenOver.complete(successor);
        }
    }
}
