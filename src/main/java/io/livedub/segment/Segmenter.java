package io.livedub.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.timeline.TimedFrame;

/**
 * Cuts both tracks at the same instants of the stream's timeline: {@code zero + k·S}, and wherever a new zero begins. A segment
 * is given out as soon as its last frame is known: 100 ms of media behind the boundary when no keyframe is there, at the keyframe
 * when one is.
 *
 * <p>Not thread-safe.
 */
public final class Segmenter {
    /** A track that is this far past the boundary does not wait for the other one. */
    static final long SLACK_NS = 1_000_000_000L;
    /** What a segment may be short of its end and still be whole: the last frame's own duration. */
    private static final long WHOLE_NS = 150_000_000L;

    private final long segmentNs;
    private final Supplier<UUID> ids;
    private final VideoCut video = new VideoCut();
    private final AudioCut audio = new AudioCut();
    private long batch;
    private boolean open;
    private long gridNs;
    private long t0Ns;
    private long newZeroNs;
    private boolean zeroPending;
    private long endNs;

    /** @param firstBatch number of the first segment, see {@link SegmentStore#nextBatch} */
    public Segmenter(long segmentNs, long firstBatch) {
        this(segmentNs, firstBatch, UUID::randomUUID);
    }

    Segmenter(long segmentNs, long firstBatch, Supplier<UUID> ids) {
        if (segmentNs <= 0) {
            throw new IllegalArgumentException("segment duration must be positive, not " + segmentNs + " ns");
        }
        this.segmentNs = segmentNs;
        this.batch = firstBatch;
        this.ids = ids;
    }

    /** Takes the next frame and returns the segments that are complete with it, in order; usually none. */
    public List<Segment> accept(TimedFrame timed) {
        List<Segment> out = new ArrayList<>(1);
        if (!open) {
            open = true;
            gridNs = timed.zeroNs();
            t0Ns = Math.max(gridNs, endNs);
        } else if (timed.zeroNs() > (zeroPending ? newZeroNs : gridNs)) {
            announce(timed.zeroNs(), out);
        }
        if (timed.frame().track() == Track.VIDEO) {
            video.add(timed);
        } else {
            audio.add(timed);
        }
        cut(false, out);
        return out;
    }

    /** Gives out all that is held: the source ended or was lost. The next frame starts a new grid. */
    public List<Segment> flush() {
        List<Segment> out = new ArrayList<>(2);
        finish(out);
        open = false;
        return out;
    }

    private void announce(long zeroNs, List<Segment> out) {
        if (zeroPending) {
            // Two configurations changed close together: what lies before the first change is complete enough.
            finishUntilZero(out);
        }
        newZeroNs = zeroNs;
        zeroPending = true;
    }

    private void cut(boolean force, List<Segment> out) {
        while (true) {
            long boundary = boundary();
            boolean videoKnown = video.decided(boundary, force);
            boolean audioKnown = audio.decided(boundary, force);
            boolean videoWaitedFor = !videoKnown && audio.lastNs() < boundary + SLACK_NS;
            boolean audioWaitedFor = !audioKnown && video.lastNs() < boundary + SLACK_NS;
            if ((!videoKnown && !audioKnown) || videoWaitedFor || audioWaitedFor) {
                return;
            }
            close(boundary, out);
        }
    }

    private long boundary() {
        long next = gridNs + ((t0Ns - gridNs) / segmentNs + 1) * segmentNs;
        return zeroPending && newZeroNs < next ? Math.max(newZeroNs, t0Ns) : next;
    }

    private void close(long boundary, List<Segment> out) {
        boolean atZero = zeroPending && boundary >= newZeroNs;
        List<TimedFrame> videoPart = video.take(boundary);
        List<TimedFrame> audioPart = audio.take(boundary);
        long contentEnd = Math.max(video.endNs(), audio.endNs());
        boolean onGrid = (boundary - gridNs) % segmentNs == 0;
        boolean whole = onGrid && (!zeroPending || contentEnd >= boundary - WHOLE_NS);
        give(videoPart, audioPart, whole ? boundary : Math.min(boundary, contentEnd), whole, out);
        t0Ns = boundary;
        if (atZero) {
            gridNs = newZeroNs;
            t0Ns = Math.max(newZeroNs, boundary);
            zeroPending = false;
        }
    }

    private void finish(List<Segment> out) {
        if (!open) {
            return;
        }
        cut(true, out);
        if (zeroPending) {
            finishUntilZero(out);
            cut(true, out);
        }
        List<TimedFrame> videoPart = video.takeAll();
        List<TimedFrame> audioPart = audio.takeAll();
        long contentEnd = Math.max(video.endNs(), audio.endNs());
        long boundary = boundary();
        give(videoPart, audioPart, Math.min(boundary, contentEnd), contentEnd >= boundary, out);
    }

    private void finishUntilZero(List<Segment> out) {
        while (zeroPending) {
            close(boundary(), out);
        }
    }

    private void give(
            List<TimedFrame> videoPart, List<TimedFrame> audioPart, long untilNs, boolean full, List<Segment> out) {
        if (videoPart.isEmpty() && audioPart.isEmpty()) {
            return;
        }
        TimedFrame first = videoPart.isEmpty() ? audioPart.get(0) : videoPart.get(0);
        long sourceDeltaNs = first.sourcePtsNs() - first.frame().ptsNs();
        endNs = Math.max(endNs, untilNs);
        Frame firstVideo = videoPart.isEmpty() ? null : videoPart.get(0).frame();
        out.add(new Segment(
                ids.get(),
                batch++,
                t0Ns,
                t0Ns + sourceDeltaNs,
                Math.max(0, untilNs - t0Ns),
                full,
                firstVideo != null && firstVideo.keyframe(),
                frames(videoPart),
                frames(audioPart),
                firstVideo == null ? null : (VideoFormat) firstVideo.format(),
                audioPart.isEmpty()
                        ? null
                        : (AudioFormat) audioPart.get(0).frame().format(),
                audio.next()));
    }

    private static List<Frame> frames(List<TimedFrame> timed) {
        return timed.stream().map(TimedFrame::frame).toList();
    }
}
