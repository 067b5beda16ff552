package io.livedub.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
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
 * <p>With {@link Pauses} the end of a segment is moved back to a pause in its last third. The pause can be chosen only when all of that
 * third is known, so a segment is given out no sooner than one of full length; the next one begins at the pause.
 *
 * <p>Not thread-safe.
 */
public final class Segmenter {
    /** A track that is this far past the boundary does not wait for the other one. */
    static final long SLACK_NS = 1_000_000_000L;
    /** A segment may end this much too early and still be whole: the duration of its last frame. */
    private static final long WHOLE_NS = 150_000_000L;

    /** A search that is not over when so much more media has come is given up: what it takes is taken from STS. */
    static final long SEARCH_LIMIT_NS = 500_000_000L;
    /** Sound ahead of the last third, to know what the surroundings of its first milliseconds are. */
    private static final long SURROUNDINGS_NS = 600_000_000L;

    private static final long NONE = Long.MIN_VALUE;

    private final long segmentNs;
    private final Pauses pauses;
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
    private CompletableFuture<OptionalLong> search;
    private long pauseNs = NONE;

    /** @param firstBatch number of the first segment, see {@link SegmentStore#nextBatch} */
    public Segmenter(long segmentNs, long firstBatch) {
        this(segmentNs, firstBatch, null);
    }

    /** @param pauses null: segments end at fixed places */
    public Segmenter(long segmentNs, long firstBatch, Pauses pauses) {
        this(segmentNs, firstBatch, pauses, UUID::randomUUID);
    }

    private Segmenter(long segmentNs, long firstBatch, Pauses pauses, Supplier<UUID> ids) {
        if (segmentNs <= 0) {
            throw new IllegalArgumentException("segment duration must be positive, not " + segmentNs + " ns");
        }
        this.segmentNs = segmentNs;
        this.batch = firstBatch;
        this.pauses = pauses;
        this.ids = ids;
    }

    /** Goes on behind segments that another process has cut; to be called before the first frame. */
    public void resume(long cutUntilNs) {
        endNs = cutUntilNs;
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

    /** Gives out all that is held: the source ended, was lost, or is silent for too long. The next frame goes on behind it, on its zero's grid. */
    public List<Segment> flush() {
        List<Segment> out = new ArrayList<>(2);
        finish(out);
        forgetSearch();
        open = false;
        return out;
    }

    /** Where the segment begins of which frames wait to be cut; empty when none does. */
    public OptionalLong heldFromNs() {
        return heldBytes() == 0 ? OptionalLong.empty() : OptionalLong.of(t0Ns);
    }

    /** Payload bytes of the frames that wait to be cut. */
    public long heldBytes() {
        return video.bytes() + audio.bytes();
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
        while (!isSearching(force)) {
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

    /** Whether the end of this segment is still being looked for. Begins the search when all of its last third is there. */
    private boolean isSearching(boolean force) {
        long fixedNs = fixedNs();
        if (pauses == null || pauseNs != NONE || (zeroPending && newZeroNs <= fixedNs)) {
            return false;
        }
        if (search == null) {
            if (!audio.decided(fixedNs, false)) {
                // The sound is waited for at the fixed place, with the limits that hold there.
                return false;
            }
            long fromNs = fixedNs - segmentNs / 3;
            search = pauses.search(audio.between(fromNs - SURROUNDINGS_NS, fixedNs), fromNs, fixedNs);
        }
        boolean late = force || Math.max(audio.lastNs(), video.lastNs()) >= fixedNs + SEARCH_LIMIT_NS;
        if (!search.isDone() && !late) {
            return true;
        }
        pauseNs = found(fixedNs);
        return false;
    }

    private long found(long fixedNs) {
        if (!search.isDone() || search.isCompletedExceptionally()) {
            search.cancel(true);
            return fixedNs;
        }
        OptionalLong place = search.join();
        if (place.isEmpty()) {
            return fixedNs;
        }
        // At the beginning of an AAC frame, so that picture and sound are cut at the very same instant.
        long atNs = audio.nearest(place.getAsLong());
        return atNs > t0Ns && atNs < fixedNs ? atNs : fixedNs;
    }

    private void forgetSearch() {
        if (search != null) {
            search.cancel(true);
        }
        search = null;
        pauseNs = NONE;
    }

    /** Where the segment ends at the latest. */
    private long fixedNs() {
        return pauses == null ? gridNs + ((t0Ns - gridNs) / segmentNs + 1) * segmentNs : t0Ns + segmentNs;
    }

    private long boundary() {
        long next = pauseNs == NONE ? fixedNs() : pauseNs;
        return zeroPending && newZeroNs < next ? Math.max(newZeroNs, t0Ns) : next;
    }

    private void close(long boundary, List<Segment> out) {
        boolean atZero = zeroPending && boundary >= newZeroNs;
        List<TimedFrame> videoPart = video.take(boundary);
        List<TimedFrame> audioPart = audio.take(boundary);
        long contentEnd = Math.max(video.endNs(), audio.endNs());
        boolean onGrid = pauses == null
                ? (boundary - gridNs) % segmentNs == 0
                : boundary == (pauseNs == NONE ? fixedNs() : pauseNs);
        boolean whole = onGrid && (!zeroPending || contentEnd >= boundary - WHOLE_NS);
        give(videoPart, audioPart, whole ? boundary : Math.min(boundary, contentEnd), whole, out);
        t0Ns = boundary;
        forgetSearch();
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
