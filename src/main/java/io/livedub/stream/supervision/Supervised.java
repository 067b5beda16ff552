package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.StreamSettings;
import io.livedub.media.MediaClock;
import io.livedub.stream.StreamBoard;
import io.livedub.stream.StreamCommand;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/**
 * One stream under supervision: started, started again after a failure, stopped. Every method is called with the registry's lock held;
 * none blocks.
 */
final class Supervised {
    private final StreamSpec spec;
    private final Function<String, SettingsPatch> file;
    private final StreamLauncher launcher;
    private final MediaClock clock;
    private final InstantSource time;
    private final Ends ends;
    private final Backoff backoff = new Backoff();

    private SettingSources sources = SettingSources.NONE;
    private StreamSettings settings;
    private String correlationId = UUID.randomUUID().toString();
    private StreamBoard board;
    private RunningStream running;
    private long startedNs;
    private MediaClock.Timer restart;
    private long restartNs;
    private String publisher = "";
    private boolean publisherGone;
    private boolean stopping;
    private boolean again;
    private String lastFailure;

    /** Who is told of ends; the calls come from a stream's thread and without the lock. */
    interface Ends {
        void locked(Runnable work);

        void remove(Supervised stream);

        void failed(Supervised stream, StreamState.Failed failure, boolean restarted);
    }

    Supervised(
            StreamSpec spec,
            Function<String, SettingsPatch> file,
            StreamLauncher launcher,
            MediaClock clock,
            InstantSource time,
            Ends ends) {
        this.spec = spec;
        this.file = file;
        this.settings = spec.settings();
        this.launcher = launcher;
        this.clock = clock;
        this.time = time;
        this.ends = ends;
    }

    String streamId() {
        return spec.streamId();
    }

    String correlationId() {
        return correlationId;
    }

    /** False for a stream whose reason to have failed is final: it is only shown. */
    boolean takesRoom() {
        return running != null || restart != null;
    }

    boolean isRunning() {
        return running != null;
    }

    void start() {
        restart = null;
        stopping = false;
        again = false;
        startedNs = clock.nowNs();
        StreamBoard fresh = new StreamBoard(time);
        board = fresh;
        sources = sources.withFile(file.apply(streamId()));
        settings = sources.over(spec.settings());
        RunningStream launched = launcher.launch(spec.withSettings(settings), fresh);
        running = launched;
        launched.over().subscribe().with(end -> ends.locked(() -> over(launched, fresh, end)));
    }

    /** A publisher is there, by hook or by wish. */
    void ready(String source, Said said) {
        boolean isBack = publisherGone || !publisher.equals(source);
        publisher = source;
        publisherGone = false;
        sources = said.addedTo(sources);
        if (running == null) {
            // It waits for its restart, or its reason was final: with another publisher both are worth another try.
            cancelRestart();
            backoff.reset();
            start();
        } else if (stopping || hasEnded()) {
            again = true;
        } else {
            if (isBack) {
                sources = sources.withFile(file.apply(streamId()));
            }
            tellSettings();
            running.publisherThere();
        }
    }

    /**
     * A stream that does not run has its settings when it starts again.
     *
     * @return names of settings that a running stream keeps until it starts again
     */
    List<String> change(Said said) {
        sources = said.addedTo(sources);
        return running != null && !stopping && !hasEnded() ? tellSettings() : List.of();
    }

    private List<String> tellSettings() {
        StreamSettings now = sources.over(spec.settings());
        if (now.equals(settings)) {
            return List.of();
        }
        List<String> kept = running.settings(settings, now);
        settings = now;
        return kept;
    }

    /** What is held airs, and nothing can be added to it: a publisher that comes now begins anew behind it. */
    private boolean hasEnded() {
        StreamState state = board.status().state();
        return state instanceof StreamState.Draining || state.isOver();
    }

    /**
     * Words on a publisher that was replaced come in either order; only the one on the present publisher counts. A source without an id
     * cannot be told from another.
     */
    void notReady(String source) {
        if (!source.isEmpty() && !publisher.isEmpty() && !source.equals(publisher)) {
            return;
        }
        publisherGone = true;
        again = false;
        if (running == null) {
            cancelRestart();
            ends.remove(this);
        } else {
            running.publisherGone();
        }
    }

    String publisher() {
        return publisher;
    }

    /** Whether the end of its publisher would be a surprise: not for a stream that somebody started before its source is there. */
    boolean expectsPublisher() {
        return !publisher.isEmpty() && !publisherGone;
    }

    /** No hook said so, but the media server has its publisher no more. */
    void publisherIsMissing() {
        notReady(publisher);
    }

    /**
     * Whether this publisher, which the media server lists, is one that no hook told of. A publisher of a stream that was started without one is
     * taken for the stream's own, and the one whose run failed for good is not tried again.
     */
    boolean misses(String listed) {
        if (publisherGone) {
            return true;
        }
        if (publisher.isEmpty() || listed.isEmpty()) {
            publisher = listed.isEmpty() ? publisher : listed;
            return false;
        }
        return !publisher.equals(listed);
    }

    void stop(String reason) {
        stopping = true;
        again = false;
        cancelRestart();
        if (running == null) {
            ends.remove(this);
        } else {
            running.stop(reason);
        }
    }

    /** It stays on air; what becomes of it from now on is the next process's to see to. */
    void leave() {
        again = false;
        publisherGone = true;
        cancelRestart();
    }

    private void over(RunningStream which, StreamBoard its, StreamState end) {
        if (which != running) {
            return;
        }
        running = null;
        // A launcher whose stream died without a word of its own tells only the end.
        StreamState last = its.status().state();
        if (!last.equals(end)) {
            its.accept(new StreamEvent.Life(last, end, end.reason()));
        }
        Duration ran = Duration.ofNanos(clock.nowNs() - startedNs);
        if (again) {
            correlationId = UUID.randomUUID().toString();
            backoff.reset();
            start();
        } else if (end instanceof StreamState.Failed failure && !stopping && !publisherGone) {
            failed(failure, ran);
        } else {
            if (end instanceof StreamState.Failed failure) {
                ends.failed(this, failure, false);
            }
            ends.remove(this);
        }
    }

    private void failed(StreamState.Failed failure, Duration ran) {
        lastFailure = failure.reason();
        boolean restarted = !failure.exitCode().isFinal();
        if (restarted) {
            restartNs = clock.nowNs() + backoff.afterFailure(ran).toNanos();
            MediaClock.Timer[] mine = new MediaClock.Timer[1];
            mine[0] = clock.schedule(
                    restartNs,
                    () -> ends.locked(() -> {
                        // Cancelled while it waited for the lock.
                        if (restart == mine[0] && running == null) {
                            start();
                        }
                    }));
            restart = mine[0];
        }
        ends.failed(this, failure, restarted);
    }

    private void cancelRestart() {
        if (restart != null) {
            restart.cancel();
            restart = null;
        }
    }

    StreamListing listing() {
        return new StreamListing(
                spec.streamId(),
                correlationId,
                board.status(),
                settings(),
                backoff.failures(),
                Optional.ofNullable(lastFailure),
                restart == null
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(Math.max(0, restartNs - clock.nowNs()))));
    }

    StreamBoard board() {
        return board;
    }

    /** Those that hold, or will when it starts again. */
    StreamSettings settings() {
        return running == null ? sources.over(spec.settings()) : settings;
    }

    boolean command(StreamCommand command) {
        return running != null && !stopping && running.command(command);
    }
}
