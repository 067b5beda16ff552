package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/** Frames whose stamps do not fit, held in the order of their arrival until the frames behind them say what they were. */
final class Suspects {
    private static final int MOST = 500;
    /** Frames that follow each other closely enough to show that their stamps count. */
    private static final int CONSISTENT = 3;
    /** Frames of the other track that show how much time has passed. */
    private static final int SURE = 5;
    /** Steps of ten pictures a second and more. */
    static final long NEXT_NS = 100_000_000L;

    private static final long MOST_BYTES = 32L * 1024 * 1024;

    private final List<Frame> frames = new ArrayList<>();
    private long bytes;
    private long otherNs;

    /** @param newestOfOtherNs of the frames of the other track that fit */
    void add(Frame frame, long newestOfOtherNs) {
        otherNs = frames.isEmpty() ? newestOfOtherNs : otherNs;
        frames.add(frame);
        bytes += frame.size();
    }

    /**
     * How long the oldest has waited: by arrivals, or by how far the other track has gone on meanwhile. In a burst all arrives at once.
     *
     * @param others how many frames of the other track have gone on; fewer than {@link #SURE} may be wrong themselves
     */
    long waitedNs(long arrivalNs, int others, long newestOfOtherNs) {
        long byArrivals = arrivalNs - frames.get(0).arrivalNs();
        return others < SURE ? byArrivals : Math.max(byArrivals, newestOfOtherNs - otherNs);
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

    /** A frame at another decoding time; the presentation time keeps its distance. */
    static Frame moved(Frame frame, long dtsNs) {
        return frame.at(dtsNs + frame.ptsNs() - frame.dtsNs(), dtsNs);
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

    /** Whether one of the other track has a time near this frame's. */
    boolean holdBeside(Frame frame, long soundMovedNs) {
        return frames.stream()
                .anyMatch(other -> other.track() != frame.track()
                        && apartNs(frame, other.dtsNs(), soundMovedNs) <= JumpDetector.FORWARD_NS);
    }

    /** Distance of a frame from a time of the other track, when both are counted by the picture's clock. */
    static long apartNs(Frame frame, long otherNs, long soundMovedNs) {
        return Math.abs(frame.dtsNs() - otherNs + (frame.track() == Track.AUDIO ? soundMovedNs : -soundMovedNs));
    }

    /** Whether the newest of each track follow each other as frames do. */
    boolean newestFollow() {
        for (Track track : Track.values()) {
            List<Frame> own = of(track);
            for (int i = Math.max(1, own.size() - CONSISTENT); i < own.size(); i++) {
                if (!follows(own.get(i).dtsNs() - own.get(i - 1).dtsNs())) {
                    return false;
                }
            }
        }
        return true;
    }

    static boolean follows(long stepNs) {
        return stepNs >= -JumpDetector.BACKWARD_NS && stepNs <= JumpDetector.FORWARD_NS;
    }

    /** Whether it is the step from a frame to the next one, without a hole and without disorder. */
    static boolean isNext(long stepNs) {
        return stepNs >= 0 && stepNs <= NEXT_NS;
    }

    /** Whether a frame follows those of its track step by step: in a burst a count that has jumped back comes to where it was before. */
    boolean goOnWith(Frame frame) {
        if (frames.size() < CONSISTENT) {
            return false;
        }
        List<Frame> own = of(frame.track());
        return own.size() >= CONSISTENT
                && isNext(frame.dtsNs() - own.get(own.size() - 1).dtsNs());
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
