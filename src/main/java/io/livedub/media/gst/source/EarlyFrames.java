package io.livedub.media.gst.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

import io.livedub.media.Frame;

/** Holds frames until both tracks have one, because only then both formats are known. Guarded by its owner's lock. */
final class EarlyFrames {
    /** Frames of one track that may wait for the first frame of the other: 85 s of AAC at 48 kHz. Beyond it the oldest frame is dropped. */
    private static final int MOST = 4096;

    private static final long MOST_BYTES = 16L * 1024 * 1024;
    private static final int BOTH = 3;

    private final Deque<Frame> held = new ArrayDeque<>();
    private long bytes;
    private int tracks;

    /** @return whether both tracks are there by now */
    boolean add(Frame frame) {
        held.add(frame);
        bytes += frame.size();
        while (held.size() > MOST || bytes > MOST_BYTES) {
            bytes -= held.remove().size();
        }
        tracks |= 1 << frame.track().ordinal();
        return tracks == BOTH;
    }

    void drainTo(Consumer<Frame> next) {
        held.forEach(next);
        clear();
    }

    void clear() {
        held.clear();
        bytes = 0;
    }
}
