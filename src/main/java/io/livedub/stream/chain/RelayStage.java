package io.livedub.stream.chain;

import java.time.Duration;
import java.util.List;

import io.smallrye.mutiny.Multi;

import io.livedub.media.ClockExecutor;
import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.RelayTimeline;

/** Passthrough: gives frames on as they come, and a slate, or silence after long, for a source that is lost. */
final class RelayStage {
    private static final Duration TICK = Duration.ofMillis(500);
    /** The same where a slate is shown, whose pictures have times of their own. */
    private static final Duration SLATE_TICK = Duration.ofMillis(50);
    /**
     * How long a lost source goes without silence in its place in passthrough. Media servers drop a publisher that is silent for 10 s;
     * sooner, a source that has simply ended would be followed by silence for as long as its grace time, which {@code run} sets to 7 s.
     */
    private static final Duration SILENCE_AFTER = Duration.ofSeconds(8);

    /** Events that wait: half a minute of 60 pictures and 94 AAC frames a second. */
    private static final int MOST_WAITING = 4096;

    private final RelayTimeline relay;
    private final SourceStanding standing;
    private final boolean showsSlate;
    private final MediaClock clock;
    private final Runnable onAllOffered;
    private volatile boolean allOffered;

    /**
     * Frames that leave together.
     *
     * @param last whether nothing more comes, because another process goes on
     */
    record Relayed(List<Frame> frames, boolean last) {}

    /**
     * @param showsSlate whether a lost source is replaced at once
     * @param onAllOffered called when the last frame was given on
     */
    RelayStage(
            RelayTimeline relay, SourceStanding standing, boolean showsSlate, MediaClock clock, Runnable onAllOffered) {
        this.relay = relay;
        this.standing = standing;
        this.showsSlate = showsSlate;
        this.clock = clock;
        this.onAllOffered = onAllOffered;
    }

    /** Frames that leave together. Completes when the source has ended. */
    Multi<Relayed> apply(Multi<TakenIn> intake) {
        Multi<TakenIn> taken = intake.onCompletion()
                .invoke(this::end)
                // The other thread that merges, the ticker's, may be held up by a busy machine; beyond this
                // the stream fails.
                .onOverflow()
                .buffer(MOST_WAITING);
        Duration tick = showsSlate ? SLATE_TICK : TICK;
        Multi<Long> ticks = Multi.createFrom()
                .ticks()
                .onExecutor(new ClockExecutor(clock))
                .startingAfter(tick)
                .every(tick)
                .onOverflow()
                .drop()
                .select()
                .first(each -> !allOffered)
                .filter(each -> isDue());
        // What leaves is decided behind the merge: two threads that decided each for themselves could swap their
        // frames.
        return Multi.createBy()
                .merging()
                .<Object>streams(taken.map(Object.class::cast), ticks.map(Object.class::cast))
                .onItem()
                .transform(next -> next instanceof TakenIn arrived ? relayed(arrived) : waited())
                .filter(ready -> ready.last() || !ready.frames().isEmpty() || standing.isLost());
    }

    private boolean isDue() {
        return showsSlate ? relay.awaitsPicture() : standing.isLostFor(SILENCE_AFTER);
    }

    private Relayed waited() {
        return new Relayed(isDue() ? relay.due(clock.nowNs()) : List.of(), false);
    }

    private Relayed relayed(TakenIn taken) {
        return new Relayed(frames(taken), taken.event() instanceof SourceEvent.SourceHandedOver);
    }

    private List<Frame> frames(TakenIn taken) {
        if (taken.event() instanceof SourceEvent.SourceOver || taken.event() instanceof SourceEvent.SourceHandedOver) {
            return relay.rest();
        }
        if (taken.event() instanceof SourceEvent.SourceInterrupted) {
            return relay.lost(taken.frames());
        }
        boolean last = taken.event() instanceof SourceEvent.SourceSwitched;
        return last ? relay.last(taken.frames()) : relay.accept(taken.frames());
    }

    private void end() {
        allOffered = true;
        onAllOffered.run();
    }
}
