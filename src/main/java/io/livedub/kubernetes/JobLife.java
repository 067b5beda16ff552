package io.livedub.kubernetes;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

import io.livedub.line.StreamLine;
import io.livedub.media.MediaClock;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;

/** The life of a stream in a Job: what was told of it, and what the end of its Job means. Used by the launcher's one thread. */
final class JobLife implements JobVoice.VoiceListener {
    private final Consumer<StreamEvent> events;
    private final MediaClock clock;
    private final Duration drainLimit;
    private StreamState state = StreamState.initial();
    private String told = "";
    private Optional<String> stopReason = Optional.empty();
    private OptionalLong publisherBackNs = OptionalLong.empty();
    /** With which the stream has ended by its own word; its Job ends a moment later. */
    private Optional<StreamState> lastWord = Optional.empty();

    private Optional<StreamLine> line = Optional.empty();
    private Optional<JobView> job = Optional.empty();
    /** Clock time since which its Job has a pod that is up. */
    private OptionalLong upSinceNs = OptionalLong.empty();

    private boolean ended;

    /** @param drainLimit the longest that a Job takes to drain */
    JobLife(Consumer<StreamEvent> events, MediaClock clock, Duration drainLimit) {
        this.events = events;
        this.clock = clock;
        this.drainLimit = drainLimit;
    }

    StreamState state() {
        return state;
    }

    /** Says so when state or reason differ from what was told last. */
    void tell(StreamState now, String reason) {
        if (!now.equals(state) || !reason.equals(told)) {
            StreamState from = state;
            state = now;
            told = reason;
            events.accept(new LifeEvent.Life(from, now, reason));
        }
    }

    /** The stream speaks for itself by this line. */
    void listensTo(StreamLine its) {
        line = Optional.of(its);
    }

    @Override
    public void said(LifeEvent.Life life) {
        if (ended) {
            return;
        }
        if (life.to().isOver()) {
            lastWord = Optional.of(life.to());
        } else if (!isStopped()) {
            tell(life.to(), life.reason());
        }
    }

    /** Such as in another pod of the same Job. */
    @Override
    public void begun() {
        lastWord = Optional.empty();
        if (!ended && !isStopped() && !(state instanceof StreamState.Connecting)) {
            tell(StreamState.initial(), "the stream begins in its Job");
        }
    }

    @Override
    public void silent() {
        job.filter(known -> !ended).ifPresent(this::follow);
    }

    /** Follows the cluster's state of the Job, which counts while the stream is silent. */
    void follow(JobView now) {
        job = Optional.of(now);
        if (now.ready() == 0) {
            upSinceNs = OptionalLong.empty();
        } else if (upSinceNs.isEmpty()) {
            upSinceNs = OptionalLong.of(clock.nowNs());
            line.ifPresent(its -> its.lookLater());
        }
        if (isStopped()) {
            return;
        }
        if (now.deleting()) {
            tell(state.drain("its Job is being deleted"), "its Job is being deleted");
        } else if (line.isEmpty()) {
            // Of a pod that has gone with its node another is on its way.
            tell(now.ready() > 0 ? new StreamState.Live() : StreamState.initial(), now.description());
        } else if (!line.get().speaks()) {
            boolean silent =
                    upSinceNs.isPresent() && clock.nowNs() - upSinceNs.getAsLong() >= StreamLine.SILENCE.toNanos();
            tell(
                    silent ? new StreamState.Live() : StreamState.initial(),
                    now.description() + (silent ? "; the stream itself is silent" : ""));
        }
    }

    /** Ends the stream because a user or a hook asks for it. */
    void stop(String reason) {
        stopReason = Optional.of(reason);
        tell(state.drain(reason), reason);
    }

    boolean isStopped() {
        return stopReason.isPresent();
    }

    /** The end of a stream that was stopped. */
    StreamState stopped() {
        return new StreamState.Ended(stopReason.orElse(""));
    }

    /** A publisher has come while the Job was there. */
    void publisherBack() {
        publisherBackNs = OptionalLong.of(clock.nowNs());
    }

    void publisherGone() {
        publisherBackNs = OptionalLong.empty();
    }

    /** @param how the Job has finished */
    StreamState endOf(StreamState how) {
        if (isStopped()) {
            return stopped();
        }
        StreamState last =
                lastWord.filter(word -> word.getClass() == how.getClass()).orElse(how);
        return how instanceof StreamState.Ended && endedBeforePublisherCame()
                ? new StreamState.Failed("the stream's Job had ended when its publisher came back", ExitCode.NO_SOURCE)
                : last;
    }

    /** The Job is not there any more, and has not finished. */
    StreamState endOfVanished() {
        return isStopped()
                ? stopped()
                : new StreamState.Failed("the stream's Job is gone: it was deleted by another", ExitCode.INTERNAL);
    }

    /**
     * A publisher that came while the Job drained was not seen by the Job, and no hook comes again. If the publisher came longer ago than the
     * drain limit, the Job has already read it, and then ended in order.
     */
    private boolean endedBeforePublisherCame() {
        return publisherBackNs.isPresent() && clock.nowNs() - publisherBackNs.getAsLong() < drainLimit.toNanos();
    }

    /** Does not report the end itself: the listener for ends does. */
    void end(StreamState how) {
        ended = true;
        state = how;
    }
}
