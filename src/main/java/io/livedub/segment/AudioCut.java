package io.livedub.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.timeline.TimedFrame;

/** Audio waiting to be cut: at the frame whose beginning is nearest to the boundary, so that the rounding never accumulates. */
final class AudioCut {
    private final Deque<TimedFrame> queue = new ArrayDeque<>();
    private long lastNs = Long.MIN_VALUE;
    private long endNs = Long.MIN_VALUE;

    void add(TimedFrame timed) {
        queue.add(timed);
        lastNs = Math.max(lastNs, timed.frame().ptsNs());
    }

    /** Beginning of the newest frame seen. */
    long lastNs() {
        return lastNs;
    }

    /** End of the newest frame taken. */
    long endNs() {
        return endNs;
    }

    /** The first frame that waits; null when none does. */
    Frame next() {
        return queue.isEmpty() ? null : queue.peek().frame();
    }

    /** Frames that wait and begin between the two instants. */
    List<Frame> between(long fromNs, long toNs) {
        return queue.stream()
                .map(TimedFrame::frame)
                .filter(frame -> frame.ptsNs() >= fromNs && frame.ptsNs() < toNs)
                .toList();
    }

    /** Beginning of the waiting frame that begins nearest to an instant; the instant itself when none waits. */
    long nearest(long atNs) {
        long best = Long.MIN_VALUE;
        for (TimedFrame timed : queue) {
            long beginsNs = timed.frame().ptsNs();
            if (best == Long.MIN_VALUE || Math.abs(beginsNs - atNs) < Math.abs(best - atNs)) {
                best = beginsNs;
            }
        }
        return best == Long.MIN_VALUE ? atNs : best;
    }

    long bytes() {
        return queue.stream().mapToLong(timed -> timed.frame().size()).sum();
    }

    boolean decided(long boundaryNs, boolean force) {
        return !queue.isEmpty() && behind(queue.peekLast(), boundaryNs);
    }

    List<TimedFrame> take(long boundaryNs) {
        List<TimedFrame> taken = new ArrayList<>();
        while (!queue.isEmpty() && !behind(queue.peek(), boundaryNs)) {
            taken.add(queue.remove());
        }
        noteEnd(taken);
        return taken;
    }

    List<TimedFrame> takeAll() {
        List<TimedFrame> taken = List.copyOf(queue);
        queue.clear();
        noteEnd(taken);
        return taken;
    }

    private void noteEnd(List<TimedFrame> taken) {
        if (!taken.isEmpty()) {
            TimedFrame last = taken.get(taken.size() - 1);
            endNs = last.frame().ptsNs() + durationNs(last);
        }
    }

    private static boolean behind(TimedFrame timed, long boundaryNs) {
        return timed.frame().ptsNs() >= boundaryNs - durationNs(timed) / 2;
    }

    private static long durationNs(TimedFrame timed) {
        return ((AudioFormat) timed.frame().format()).frameDurationNs();
    }
}
