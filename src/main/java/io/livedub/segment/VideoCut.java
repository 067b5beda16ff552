package io.livedub.segment;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.timeline.TimedFrame;

/**
 * Video waiting to be cut: at the keyframe nearest to the boundary when one lies within 100 ms, else at the boundary by decode
 * order. The decoding times are compared after adding the reorder depth, so that the zero's keyframe lies at the zero.
 */
final class VideoCut {
    /** Share of a segment's promise of ± 100 ms that may be spent on beginning with a keyframe. */
    static final long KEYFRAME_REACH_NS = 100_000_000L;
    /** Sources stamp whole milliseconds: a frame that belongs on the boundary may lie one or two before it. */
    private static final long ROUNDING_NS = 2_000_000L;

    private static final long LONGEST_PICTURE_NS = 1_000_000_000L;
    /**
     * The largest reorder depth that is believed: less than {@link Segmenter#SLACK_NS}, or the sound would not be waited for. A picture of a screen
     * on which nothing has changed for seconds is decoded as much earlier than it is shown.
     */
    private static final long MOST_REORDER_NS = 750_000_000L;

    private record WaitingPicture(TimedFrame timed, long atNs) {
        boolean keyframe() {
            return timed.frame().keyframe();
        }
    }

    private final List<WaitingPicture> queue = new ArrayList<>();
    private long reorderNs;
    private boolean reorderKnown;
    private long lastNs = Long.MIN_VALUE;
    private long endNs = Long.MIN_VALUE;
    private long durationNs;

    void add(TimedFrame timed) {
        Frame frame = timed.frame();
        // The zero's keyframe says it. Behind frames of another process, which had that one, the next keyframe does.
        if (frame.keyframe() && (!reorderKnown || frame.ptsNs() == timed.zeroNs())) {
            long depthNs = frame.ptsNs() - frame.dtsNs();
            reorderKnown = depthNs <= MOST_REORDER_NS;
            reorderNs = reorderKnown ? depthNs : 0;
        }
        long at = frame.dtsNs() + reorderNs;
        lastNs = at;
        queue.add(new WaitingPicture(timed, at));
    }

    /** Place, in decode order, of the newest frame seen. */
    long lastNs() {
        return lastNs;
    }

    /** End of the newest picture taken. */
    long endNs() {
        return endNs;
    }

    long bytes() {
        return queue.stream().mapToLong(entry -> entry.timed.frame().size()).sum();
    }

    /** Whether no frame that is still to come can change where the boundary cuts. */
    boolean decided(long boundaryNs, boolean force) {
        if (queue.isEmpty() || lastNs < boundaryNs - ROUNDING_NS) {
            return false;
        }
        int key = nearestKeyframe(boundaryNs);
        long reach = key < 0 ? KEYFRAME_REACH_NS : Math.abs(queue.get(key).atNs - boundaryNs);
        return force || lastNs >= boundaryNs + reach;
    }

    List<TimedFrame> take(long boundaryNs) {
        int cut = nearestKeyframe(boundaryNs);
        if (cut < 0) {
            cut = 0;
            while (cut < queue.size() && queue.get(cut).atNs < boundaryNs - ROUNDING_NS) {
                cut++;
            }
        }
        return take(cut);
    }

    List<TimedFrame> takeAll() {
        return take(queue.size());
    }

    private List<TimedFrame> take(int count) {
        List<WaitingPicture> head = queue.subList(0, count);
        List<TimedFrame> taken = head.stream().map(WaitingPicture::timed).toList();
        if (count > 1) {
            // Among those taken: behind the last one there may be a hole, which is not its duration.
            long step = head.get(count - 1).atNs - head.get(count - 2).atNs;
            durationNs = Math.min(LONGEST_PICTURE_NS, Math.max(0, step));
        }
        head.clear();
        for (TimedFrame timed : taken) {
            endNs = Math.max(endNs, timed.frame().ptsNs() + durationNs);
        }
        return taken;
    }

    private int nearestKeyframe(long boundaryNs) {
        int nearest = -1;
        long least = KEYFRAME_REACH_NS + 1;
        for (int i = queue.size() - 1; i >= 0 && queue.get(i).atNs >= boundaryNs - KEYFRAME_REACH_NS; i--) {
            long distance = Math.abs(queue.get(i).atNs - boundaryNs);
            if (queue.get(i).keyframe() && distance < least) {
                nearest = i;
                least = distance;
            }
        }
        return nearest;
    }
}
