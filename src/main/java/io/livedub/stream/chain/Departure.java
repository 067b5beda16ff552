package io.livedub.stream.chain;

import java.time.Duration;
import java.util.function.Consumer;

import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.OutputTimeline;

/** What follows when the last frame that airs here has been pushed, and another process goes on with the stream. */
final class Departure {
    /** What has been pushed leaves within its lead; a server that takes nothing must not hold up the stream. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final OutputTimeline air;
    private final SpoolStage spool;
    private final SourceStanding standing;
    private final Languages languages;
    private final StreamEnding ending;
    private final Consumer<StreamEvent> events;

    Departure(
            OutputTimeline air,
            SpoolStage spool,
            SourceStanding standing,
            Languages languages,
            StreamEnding ending,
            Consumer<StreamEvent> events) {
        this.air = air;
        this.spool = spool;
        this.standing = standing;
        this.languages = languages;
        this.ending = ending;
        this.events = events;
    }

    /** A process has asked for the stream. It reads the spool while the pushed frames leave, and goes on when they have left. */
    void giveAway() {
        spool.handOver(air.soundEndNs(), !standing.isLost());
        endOutputs(() -> {
            var unused = spool.give().thenRun(() -> {
                ending.readOn("another process has taken the stream over");
                ending.handedOver();
            });
        });
    }

    /** The next process, whichever it is, goes on as after a crash. Until the output has ended the spool is written, which says how far it got. */
    void leave() {
        spool.leave();
        events.accept(
                new LifeEvent.Note(
                        "what had come at the signal has aired; what came after it is in the spool, from which the next process goes on"));
        endOutputs(ending::handedOver);
    }

    private void endOutputs(Runnable then) {
        languages.endOutputs(LIMIT).subscribe().with(ignored -> then.run(), ignored -> then.run());
    }
}
