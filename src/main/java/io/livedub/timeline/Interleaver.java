package io.livedub.timeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Puts two tracks into one order of decoding times. A frame leaves when nothing older can come of the other track any more. Whoever
 * adds the frames says so in {@link #release}, so the order depends on what came and never on when. GStreamer's flvmux was rejected: it waits
 * by the clock, and gives a frame that comes later than that the time stamp of the frame before.
 */
final class Interleaver {
    /** 20 s of both tracks at 50 frames a second, as many as a source may begin with before its sound is there. */
    static final int MOST_HELD = 2000;
    /** The same for a source of a very high bit rate: 10 s of 50 Mbit/s. */
    static final long MOST_HELD_BYTES = 64L * 1024 * 1024;

    private final Deque<Frame> video = new ArrayDeque<>();
    private final Deque<Frame> audio = new ArrayDeque<>();
    private long heldBytes;

    /** Decoding times of one track never go back. */
    void add(Frame frame) {
        (frame.track() == Track.VIDEO ? video : audio).add(frame);
        heldBytes += frame.size();
    }

    boolean isEmpty() {
        return video.isEmpty() && audio.isEmpty();
    }

    /**
     * Moves to {@code out} what has its place.
     *
     * @param videoFromNs no picture will be added with a decoding time before this
     * @param audioFromNs no sound will be added with a time before this
     */
    void release(long videoFromNs, long audioFromNs, List<Frame> out) {
        while (!isEmpty()) {
            Deque<Frame> older = older();
            Deque<Frame> other = older == video ? audio : video;
            long otherFromNs = older == video ? audioFromNs : videoFromNs;
            boolean full = video.size() + audio.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES;
            if (other.isEmpty() && older.peek().dtsNs() > otherFromNs && !full) {
                return;
            }
            Frame leaves = older.remove();
            heldBytes -= leaves.size();
            out.add(leaves);
        }
    }

    /** Moves everything to {@code out}. */
    void flush(List<Frame> out) {
        release(Long.MAX_VALUE, Long.MAX_VALUE, out);
    }

    private Deque<Frame> older() {
        if (video.isEmpty() || audio.isEmpty()) {
            return video.isEmpty() ? audio : video;
        }
        return audio.peek().dtsNs() < video.peek().dtsNs() ? audio : video;
    }
}
