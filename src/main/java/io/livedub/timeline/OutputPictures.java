package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

import io.livedub.media.Frame;

/** The pictures of an output that wait to air, and the slate while no picture waits. {@link OutputTimeline} holds the lock. */
final class OutputPictures {
    /** Losses of which nothing that follows has been offered; of a source that comes and goes faster the oldest are forgotten. */
    private static final int MOST_LOSSES = 64;
    /** A stop waits no longer than this for a keyframe, behind which players need nothing that was before. */
    private static final long KEYFRAME_AHEAD_NS = 3_000_000_000L;

    /**
     * A picture, and the languages of its piece.
     *
     * @param behindLoss the first one of a source that was lost before, which is a keyframe
     */
    private record QueuedPicture(Frame frame, List<OutputSound> languages, boolean behindLoss) {}

    private final Slew slew;
    private final Slate slate;
    private final Deque<QueuedPicture> queue = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    /** Places of the stream's timeline at which the source was lost: what is offered from there on begins with a keyframe. */
    private final Deque<Long> losses = new ArrayDeque<>();

    OutputPictures(Slew slew, Slate slate) {
        this.slew = slew;
        this.slate = slate;
    }

    /** The source is lost: a picture behind this place of the stream's timeline will be a keyframe. */
    void sourceLost(long endNs) {
        losses.add(endNs);
        if (losses.size() > MOST_LOSSES) {
            losses.remove();
        }
    }

    void add(long t0Ns, List<Frame> frames, List<OutputSound> languages) {
        boolean behindLoss = false;
        while (!frames.isEmpty() && !losses.isEmpty() && losses.peek() <= t0Ns) {
            losses.remove();
            behindLoss = true;
        }
        for (Frame frame : frames) {
            queue.add(new QueuedPicture(frame, languages, behindLoss && frame.keyframe()));
            bytes += frame.size();
            behindLoss = false;
        }
    }

    /**
     * Clock time at which the next picture airs; {@link Long#MAX_VALUE} when none does.
     *
     * @param ended no more pictures will come
     */
    long nextAirNs(long nowNs, long leadNs, boolean ended) {
        QueuedPicture head = queue.peek();
        long headNs = head == null ? Long.MAX_VALUE : slew.videoAt(head.frame.dtsNs());
        return Math.min(headNs, slateNs(head, headNs, nowNs, leadNs, ended));
    }

    private long slateNs(QueuedPicture head, long headNs, long nowNs, long leadNs, boolean ended) {
        if (slate.isOff()) {
            return Long.MAX_VALUE;
        }
        if (head != null) {
            long airNs = head.behindLoss ? slate.nextNs(nowNs) : Long.MAX_VALUE;
            return airNs < headNs ? airNs : Long.MAX_VALUE;
        }
        if (ended || losses.isEmpty() && !slate.isOn()) {
            return Long.MAX_VALUE;
        }
        // A hole whose end is unknown is filled no further ahead than silence: what fills it may still come.
        long fillNs = nowNs + Math.min(leadNs, OutputTimeline.FILL_AHEAD_NS);
        long airNs = slate.nextNs(fillNs);
        return airNs <= fillNs ? airNs : Long.MAX_VALUE;
    }

    /**
     * The picture of {@link #nextAirNs}, which airs then.
     *
     * @param everyone the languages that are on air
     * @param latencyNs of the stream, which the slate does not change
     */
    void emit(long airNs, Stamps stamps, Collection<OutputSound> everyone, long latencyNs) {
        QueuedPicture head = queue.peek();
        if (head == null || slew.videoAt(head.frame.dtsNs()) > airNs) {
            Frame shown = stamps.video(slate.take(airNs, airNs - latencyNs), airNs);
            everyone.stream().filter(sound -> !sound.hasEnded(true)).forEach(sound -> sound.picture(shown));
            return;
        }
        Frame frame = head.frame;
        queue.remove();
        bytes -= frame.size();
        slew.advance(frame.dtsNs());
        long atNs = slew.videoAt(frame.dtsNs());
        if (!slate.admits(frame, atNs)) {
            dropped++;
            return;
        }
        slate.aired(frame, atNs);
        Frame stamped = stamps.video(frame, atNs);
        head.languages.forEach(language -> language.picture(stamped));
    }

    /** Pictures that were left out because they refer to what the slate has replaced. */
    long dropped() {
        return dropped;
    }

    boolean hasAnyOf(OutputSound language) {
        return queue.stream().anyMatch(picture -> picture.languages.contains(language));
    }

    /**
     * The picture in front of which another process goes on: the first keyframe that airs no sooner than {@code fromNs} and not much later,
     * else the first picture from {@code fromNs} on.
     */
    Optional<Frame> stop(long fromNs) {
        Frame first = null;
        for (QueuedPicture picture : queue) {
            long airNs = slew.videoAt(picture.frame.dtsNs());
            if (airNs < fromNs) {
                continue;
            }
            if (first != null && airNs >= fromNs + KEYFRAME_AHEAD_NS) {
                break;
            }
            if (picture.frame.keyframe()) {
                return Optional.of(picture.frame);
            }
            first = first == null ? picture.frame : first;
        }
        return Optional.ofNullable(first);
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    long bytes() {
        return bytes;
    }
}
