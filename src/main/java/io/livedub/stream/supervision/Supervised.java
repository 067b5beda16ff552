package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.config.StreamSettings;
import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.stream.supervision.SupervisedState.Idle;
import io.livedub.stream.supervision.SupervisedState.Launch;
import io.livedub.stream.supervision.SupervisedState.Launched;
import io.livedub.stream.supervision.SupervisedState.Replacing;
import io.livedub.stream.supervision.SupervisedState.Restarting;
import io.livedub.stream.supervision.SupervisedState.Running;
import io.livedub.stream.supervision.SupervisedState.Stopping;

/**
 * One stream under supervision: started, started again after a failure, stopped. Every method is called with the registry's lock held;
 * none blocks.
 */
final class Supervised {
    private final StreamSpec spec;
    private final SupervisedSettings settings;
    private final StreamLauncher launcher;
    private final MediaClock clock;
    private final InstantSource time;
    private final Ends ends;
    private final RestartPolicy restarts = new RestartPolicy();

    private String correlationId = UUID.randomUUID().toString();
    private SupervisedState state = new Idle();
    private KnownPublisher publisher = KnownPublisher.NONE;
    /** The board of the current run, or of the last one. */
    private StreamBoard board;

    private String lastFailure;

    /** Called at a stream's end, on the stream's thread and without the lock. */
    interface Ends {
        void locked(Runnable work);

        void remove(Supervised stream);

        void failed(Supervised stream, StreamState.Failed failure, boolean restarted);
    }

    Supervised(
            StreamSpec spec,
            SettingStore store,
            StreamLauncher launcher,
            MediaClock clock,
            InstantSource time,
            Ends ends) {
        this.spec = spec;
        this.settings = new SupervisedSettings(spec.streamId(), spec.settings(), store);
        this.launcher = launcher;
        this.clock = clock;
        this.time = time;
        this.ends = ends;
    }

    StreamId streamId() {
        return spec.streamId();
    }

    String correlationId() {
        return correlationId;
    }

    /** False for a stream whose reason to have failed is final: it is only shown. */
    boolean takesRoom() {
        return !(state instanceof Idle);
    }

    boolean isRunning() {
        return state instanceof Launched;
    }

    void start() {
        state = new Idle();
        long startedNs = clock.nowNs();
        StreamBoard fresh = new StreamBoard(time);
        board = fresh;
        RunningStream stream = launcher.launch(spec.withSettings(settings.begin()), fresh);
        Launch launch = new Launch(stream, fresh, startedNs);
        state = new Running(launch);
        settings.remember(stream);
        stream.found().subscribe().with(its -> ends.locked(() -> found(launch, its)));
        stream.over().subscribe().with(end -> ends.locked(() -> over(launch, end)));
    }

    private void found(Launch which, FoundSettings its) {
        if (state instanceof Launched launched && launched.launch() == which) {
            settings.found(which.stream(), its);
        }
    }

    /** A publisher is there, by hook or by wish. */
    void ready(String source, SaidSettings said) {
        boolean isBack = publisher.isNew(source);
        publisher = new KnownPublisher(source, false);
        settings.say(said);
        if (!(state instanceof Launched launched)) {
            // It waits for its restart, or its reason was final: with another publisher both are worth another try.
            cancelRestart();
            restarts.reset();
            start();
        } else if (!takesWords()) {
            state = launched.replace();
        } else {
            if (isBack) {
                settings.readFile();
            }
            settings.tell(launched.launch().stream());
            launched.launch().stream().publisherThere();
        }
    }

    /**
     * A stream that does not run has its settings when it starts again.
     *
     * @return names of settings that a running stream keeps until it starts again
     */
    List<String> change(SaidSettings said) {
        settings.say(said);
        return state instanceof Launched launched && takesWords()
                ? settings.tell(launched.launch().stream())
                : List.of();
    }

    /** Not while what is held airs, and nothing can be added to it: a publisher that comes then begins anew behind it. */
    private boolean takesWords() {
        StreamState its = board.status().state();
        return !isStopped() && !(its instanceof StreamState.Draining) && !its.isOver();
    }

    private boolean isStopped() {
        return state instanceof Stopping || state instanceof Replacing replacing && replacing.stopped();
    }

    /**
     * Words on a publisher that was replaced come in either order; only the one on the present publisher counts. A source without an id
     * cannot be told from another.
     */
    void notReady(String source) {
        if (publisher.isOtherThan(source)) {
            return;
        }
        publisher = publisher.leave();
        if (state instanceof Launched launched) {
            state = launched.withoutSuccessor();
            launched.launch().stream().publisherGone();
        } else if (!(state instanceof Restarting) || !settings().backup()) {
            cancelRestart();
            ends.remove(this);
        }
    }

    String publisher() {
        return publisher.source();
    }

    boolean expectsPublisher() {
        return publisher.isExpected();
    }

    /** No hook said so, but the media server has its publisher no more. */
    void publisherIsMissing() {
        notReady(publisher.source());
    }

    /**
     * Whether this publisher, which the media server lists, is one that no hook told of. A publisher of a stream that was started without one is
     * taken for the stream's own, and the one whose run failed for good is not tried again.
     */
    boolean misses(String listed) {
        if (publisher.gone()) {
            return true;
        }
        if (publisher.source().isEmpty()) {
            publisher = new KnownPublisher(listed, false);
        }
        return publisher.isOtherThan(listed);
    }

    void stop(Consumer<RunningStream> endWord) {
        if (state instanceof Launched launched) {
            state = launched.stop();
            endWord.accept(launched.launch().stream());
        } else {
            cancelRestart();
            ends.remove(this);
        }
    }

    /** Leaves the stream on air: the next process will supervise it. */
    void leave() {
        publisher = publisher.leave();
        if (state instanceof Launched launched) {
            state = launched.withoutSuccessor();
        }
        cancelRestart();
    }

    private void over(Launch which, StreamState end) {
        if (!(state instanceof Launched launched) || launched.launch() != which) {
            return;
        }
        state = new Idle();
        // A launcher whose stream died without a word of its own tells only the end.
        StreamState last = which.board().status().state();
        if (!last.equals(end)) {
            which.board().accept(new LifeEvent.Life(last, end, end.reason()));
        }
        if (launched instanceof Replacing) {
            correlationId = UUID.randomUUID().toString();
            restarts.reset();
            start();
        } else if (end instanceof StreamState.Failed failure && launched instanceof Running && isWantedAfter(failure)) {
            failed(failure, Duration.ofNanos(clock.nowNs() - which.startedNs()));
        } else {
            if (end instanceof StreamState.Failed failure) {
                ends.failed(this, failure, false);
            }
            ends.remove(this);
        }
    }

    /**
     * Without its publisher a stream may still have its backup on air. A run that finds neither says so, by having no source: only that ends the
     * stream.
     */
    private boolean isWantedAfter(StreamState.Failed failure) {
        return !publisher.gone() || settings.current().backup() && failure.exitCode() != ExitCode.NO_SOURCE;
    }

    private void failed(StreamState.Failed failure, Duration ran) {
        lastFailure = failure.reason();
        boolean restarted = !failure.exitCode().isFinal();
        if (restarted) {
            boolean crashed = failure.exitCode() == ExitCode.INTERNAL || failure.exitCode() == ExitCode.OUT_OF_MEMORY;
            Duration pause = crashed ? restarts.afterCrash(ran) : restarts.afterFailure(ran);
            long atNs = clock.nowNs() + pause.toNanos();
            state = new Restarting(atNs, clock.schedule(atNs, () -> ends.locked(() -> restart(atNs))));
        }
        ends.failed(this, failure, restarted);
    }

    private void restart(long atNs) {
        // Else it was cancelled while it waited for the lock.
        if (state instanceof Restarting waiting && waiting.atNs() == atNs) {
            start();
        }
    }

    private void cancelRestart() {
        if (state instanceof Restarting waiting) {
            state = waiting.cancel();
        }
    }

    StreamListing listing() {
        return new StreamListing(
                spec.streamId(),
                correlationId,
                board.status(),
                settings(),
                isRunning() ? board.atOut().orElseGet(() -> settings.atOut(true)) : settings.atOut(false),
                restarts.failures(),
                Optional.ofNullable(lastFailure),
                state instanceof Restarting waiting ? Optional.of(waiting.remaining(clock.nowNs())) : Optional.empty(),
                board.standsBy());
    }

    StreamBoard board() {
        return board;
    }

    /** Those that hold, or will when it starts again. */
    StreamSettings settings() {
        return isRunning() ? settings.current() : settings.next();
    }

    boolean command(StreamCommand command) {
        return state instanceof Launched launched
                && !isStopped()
                && launched.launch().stream().command(command);
    }
}
