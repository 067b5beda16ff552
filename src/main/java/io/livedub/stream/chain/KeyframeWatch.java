package io.livedub.stream.chain;

import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Consumer;

import io.smallrye.mutiny.Multi;

import io.livedub.media.VideoFormat;
import io.livedub.stream.chain.IntakeStage.TakenIn;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.timeline.TimedFrame;

/**
 * A viewer sees nothing until the first keyframe, after joining and after a change of source. Measures the distance of the source's
 * keyframes, and warns when it is longer than the limit. Used by one thread at a time.
 */
final class KeyframeWatch {
    private final long limitNs;
    private final Consumer<StreamEvent> events;
    private long lastNs = Long.MIN_VALUE;
    private volatile long distanceNs;
    private boolean sparse;

    /** @param limit zero: never warns */
    KeyframeWatch(Duration limit, Consumer<StreamEvent> events) {
        this.limitNs = limit.isZero() ? Long.MAX_VALUE : limit.toNanos();
        this.events = events;
    }

    Multi<TakenIn> beside(Multi<TakenIn> taken) {
        return taken.onItem().invoke(each -> each.frames().forEach(this::accept));
    }

    void accept(TimedFrame timed) {
        if (!timed.frame().keyframe() || !(timed.frame().format() instanceof VideoFormat)) {
            return;
        }
        long nowNs = timed.frame().ptsNs();
        // A new zero of the source is a gap of its own: the distance across it says nothing of the encoder.
        if (lastNs != Long.MIN_VALUE && lastNs >= timed.zeroNs()) {
            distanceNs = nowNs - lastNs;
            boolean tooFar = distanceNs > limitNs;
            if (tooFar && !sparse) {
                events.accept(new LifeEvent.SparseKeyframes(Duration.ofNanos(distanceNs), Duration.ofNanos(limitNs)));
            }
            sparse = tooFar;
        }
        lastNs = nowNs;
    }

    /** Empty before the second keyframe. */
    OptionalLong distanceNs() {
        return distanceNs == 0 ? OptionalLong.empty() : OptionalLong.of(distanceNs);
    }
}
