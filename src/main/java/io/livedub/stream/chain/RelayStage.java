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

/** Passthrough: gives frames on as they come, and silence for a source that is lost for long. */
final class RelayStage {
    private static final Duration TICK = Duration.ofMillis(500);
    /**
     * How long a lost source goes without silence in its place in passthrough. Media servers drop a publisher that is silent for 10 s;
     * sooner, a source that has simply ended would be followed by silence for as long as its grace time, which {@code run} sets to 7 s.
     */
    private static final Duration SILENCE_AFTER = Duration.ofSeconds(8);

    /** Frames that wait to be pushed: half a minute of 60 pictures and 94 AAC frames a second. */
    private static final int MOST_PUSHED = 4096;

    private final RelayTimeline relay;
    private final SourceStanding standing;
    private final MediaClock clock;
    private final Runnable onAllOffered;
    private volatile boolean allOffered;

    /** @param onAllOffered called when the last frame was given on */
    RelayStage(RelayTimeline relay, SourceStanding standing, MediaClock clock, Runnable onAllOffered) {
        this.relay = relay;
        this.standing = standing;
        this.clock = clock;
        this.onAllOffered = onAllOffered;
    }

    /** Frames that leave together. Completes when the source has ended. */
    Multi<List<Frame>> apply(Multi<TakenIn> intake) {
        Multi<List<Frame>> frames = intake.onItem()
                .transform(this::relayed)
                .filter(ready -> !ready.isEmpty() || standing.isLost())
                .onCompletion()
                .invoke(this::end)
                // The other thread that pushes, the ticker's, may be held up by a busy machine; beyond this
                // the stream fails.
                .onOverflow()
                .buffer(MOST_PUSHED);
        Multi<List<Frame>> silence = Multi.createFrom()
                .ticks()
                .onExecutor(new ClockExecutor(clock))
                .startingAfter(TICK)
                .every(TICK)
                .onOverflow()
                .drop()
                .select()
                .first(tick -> !allOffered)
                .filter(tick -> standing.isLostFor(SILENCE_AFTER))
                .onItem()
                .transform(tick -> relay.due(clock.nowNs()));
        return Multi.createBy().merging().streams(frames, silence);
    }

    private List<Frame> relayed(TakenIn taken) {
        if (taken.event() instanceof SourceEvent.SourceOver) {
            return relay.rest();
        }
        boolean last = taken.event() instanceof SourceEvent.SourceInterrupted
                || taken.event() instanceof SourceEvent.SourceSwitched;
        return last ? relay.lost(taken.frames()) : relay.accept(taken.frames());
    }

    private void end() {
        allOffered = true;
        onAllOffered.run();
    }
}
