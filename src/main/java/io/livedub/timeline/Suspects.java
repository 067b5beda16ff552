package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/** Frames whose stamps do not fit, held in the order of their arrival until the frames behind them say what they were. */
final class Suspects {
    private static final int MOST = 500;
    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final List<Frame> frames = new ArrayList<>();
    private long bytes;

    void add(Frame frame) {
        frames.add(frame);
        bytes += frame.size();
    }

    /** At this bound {@link JumpDetector} decides by what it has. */
    boolean full() {
        return frames.size() >= MOST || bytes >= MOST_BYTES;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    int size() {
        return frames.size();
    }

    Frame get(int index) {
        return frames.get(index);
    }

    /** Puts the same frame at another time. */
    void set(int index, Frame moved) {
        frames.set(index, moved);
    }

    List<Frame> all() {
        return List.copyOf(frames);
    }

    List<Frame> of(Track track) {
        return frames.stream().filter(frame -> frame.track() == track).toList();
    }

    /** Takes out those of one track. */
    List<Frame> take(Track track) {
        List<Frame> taken = of(track);
        frames.removeAll(taken);
        bytes = frames.stream().mapToLong(frame -> frame.size()).sum();
        return taken;
    }

    void clear() {
        frames.clear();
        bytes = 0;
    }
}
