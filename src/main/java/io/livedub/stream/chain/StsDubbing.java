package io.livedub.stream.chain;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.smallrye.mutiny.Uni;

import io.livedub.config.Target;
import io.livedub.dub.AiredSegment;
import io.livedub.dub.Blender;
import io.livedub.dub.Dubber;
import io.livedub.dub.Fitter;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.SessionEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.sts.StsSession;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.SourceClock;

/** A language's STS session, and what its results mean for the stream's offset. */
final class StsDubbing implements Dubbing {
    private final StreamParts parts;
    private final StsSession session;
    private final Dubber dubber;
    private final OutputTimeline air;
    private final SourceClock source;
    private final SharedOffset offset;
    private final String language;
    private volatile DubSound sound;
    private List<Frame> lastTail = List.of();
    /** Losses and returns of the source so far. */
    private final AtomicInteger changes = new AtomicInteger();

    /**
     * @param spec the stream
     * @param target the language
     * @param events gets what happens to it
     * @param onLost STS is permanently lost; called at each attempt that failed from then on
     */
    StsDubbing(
            StreamParts parts,
            StreamSpec spec,
            Target target,
            OutputTimeline air,
            SourceClock source,
            SharedOffset offset,
            Consumer<StreamEvent> events,
            Consumer<String> onLost) {
        this.parts = parts;
        this.language = target.key();
        this.offset = offset;
        this.air = air;
        this.source = source;
        this.session = parts.sessions().orElseThrow().open(spec, target, events.andThen(follower(onLost)));
        Fitter fitter = new Fitter(parts.engine().audioCodec());
        this.sound = parts.sound();
        Blender blender = new Blender(parts.engine().audioCodec(), fitter);
        this.dubber = new Dubber(session, fitter, blender, () -> sound, events, parts.clock(), parts.workers());
        session.lost().subscribe().with(onLost);
    }

    @Override
    public void begin(AudioFormat audio) {
        session.start(audio.sampleRateHz(), audio.channels());
    }

    @Override
    public Uni<AiredSegment> start(Segment segment, Uni<byte[]> m4a) {
        return dubber.dub(segment, m4a, air::airNsOf, source::clockNsOf);
    }

    @Override
    public void sound(DubSound wanted) {
        sound = wanted;
    }

    /**
     * The end of the dubbed segment before is replaced when original sound follows, or a dub that needs another end: by the segment's
     * deadline half a second is left, and what is replaced airs in the last quarter of one.
     */
    @Override
    public void join(AiredSegment next) {
        List<Frame> audio = next.audio();
        boolean follows = !lastTail.isEmpty()
                && !next.dubbed()
                && !audio.isEmpty()
                && Math.abs(audio.get(0).ptsNs()
                                - lastTail.get(lastTail.size() - 1).ptsNs())
                        <= 2 * next.segment().audioFormat().frameDurationNs();
        // Where an operator has switched the dub off, the segment before aired its original sound, which stays.
        boolean leads = !lastTail.isEmpty() && next.dubbed() && !next.lead().isEmpty();
        if (leads) {
            air.replaceLast(language, next.lead());
        }
        if (follows) {
            // Too late only when a fit took until the segment's air time: the dub then ends in its own fade.
            air.replaceLast(language, lastTail);
        }
        lastTail = next.tail();
    }

    @Override
    public void aired(AiredSegment segment) {
        if (segment.dubbed()) {
            session.applied(segment.segment().fragmentId());
        }
    }

    @Override
    public void withheld(AiredSegment made) {
        if (made.dubbed()) {
            session.withheld(made.segment().fragmentId());
        }
    }

    @Override
    public void sourceLost(String reason) {
        int loss = changes.incrementAndGet();
        // The segment that the loss closed is still on its way to STS; a paused server would refuse it. The source may
        // be back before that segment is packed, and a service that was paused then would stay so.
        dubber.whenSubmitted(() -> session.sourceLost(reason, () -> changes.get() == loss));
    }

    @Override
    public void sourceBack() {
        changes.incrementAndGet();
        session.sourceBack();
    }

    @Override
    public boolean isLost() {
        return session.isGivenUp();
    }

    @Override
    public Uni<Void> end(String reason, Duration patience) {
        return session.end(reason, patience);
    }

    @Override
    public void close() {
        session.close();
        offset.forget(language);
    }

    private EventTable follower(Consumer<String> onLost) {
        return new EventTable()
                .on(SegmentEvent.RoundTrip.class, result -> offset.roundTrip(language, result.took()))
                .on(SegmentEvent.Fallback.class, fallback -> {
                    if (fallback.reason() == FallbackReason.LATE || fallback.reason() == FallbackReason.TIMEOUT) {
                        offset.missed(language);
                    }
                })
                .on(SessionEvent.Session.class, changed -> {
                    if (isGivenUp(changed)) {
                        onLost.accept(changed.reason());
                    }
                });
    }

    // While the session is being made it tells nothing yet.
    private boolean isGivenUp(SessionEvent.Session changed) {
        return session != null && session.isGivenUp() && !changed.reason().isEmpty();
    }
}
