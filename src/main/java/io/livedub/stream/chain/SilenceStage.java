package io.livedub.stream.chain;

import java.time.Duration;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.MultiEmitter;

import io.livedub.dub.Dubber;
import io.livedub.media.ClockExecutor;
import io.livedub.media.MediaClock;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.OutputTimeline;

/**
 * Says in the stream of a source's events that frames have stopped coming, which no event of the source says before its connection is given up.
 *
 * <p>What has come of a segment must air at its time even so. If it waited for the rest, or for the end of the connection, its place would be silent,
 * and the stream as much later afterwards. (Rejected: cutting whenever the source is silent. A network that stops for a second would cost a dub.)
 */
final class SilenceStage {
    /** Pauses between frames that networks and encoders make all the time are shorter. */
    static final Duration SILENT = Duration.ofMillis(500);

    /** A multiple of the airing's ticks, which share their wake-ups with it. */
    static final Duration TICK = AiringStage.TICK.multipliedBy(2);

    /** Later than this before it airs no dub can come for what is cut, so nothing is lost by cutting. */
    static final Duration LATEST = Dubber.FIT_MARGIN.plusMillis(350);

    private final OutputTimeline air;
    private final MediaClock clock;
    private volatile long lastNs;

    SilenceStage(OutputTimeline air, MediaClock clock) {
        this.air = air;
        this.clock = clock;
    }

    /** Whether what begins at this place of the timeline can wait no longer for the rest of its segment. */
    boolean isDue(long fromNs) {
        return air.airNsOf(fromNs) - clock.nowNs() <= LATEST.toNanos();
    }

    Multi<SourceEvent> between(Multi<SourceEvent> events) {
        // Nothing is buffered, as in the source: frames are handled on the thread that brings them. The emitter brings
        // those of two threads in order.
        return Multi.createFrom().<SourceEvent>emitter(to -> start(events, to), BackPressureStrategy.IGNORE);
    }

    private void start(Multi<SourceEvent> events, MultiEmitter<? super SourceEvent> to) {
        lastNs = clock.nowNs();
        Cancellable reading = events.subscribe()
                .with(
                        event -> {
                            lastNs = clock.nowNs();
                            to.emit(event);
                        },
                        to::fail,
                        to::complete);
        Cancellable watching = Multi.createFrom()
                .ticks()
                .onExecutor(new ClockExecutor(clock))
                .startingAfter(TICK)
                .every(TICK)
                .onOverflow()
                .drop()
                .filter(tick -> clock.nowNs() - lastNs >= SILENT.toNanos())
                .subscribe()
                .with(tick -> to.emit(new SourceEvent.FellSilent()));
        to.onTermination(() -> {
            reading.cancel();
            watching.cancel();
        });
    }
}
