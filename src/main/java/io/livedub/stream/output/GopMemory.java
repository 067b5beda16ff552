package io.livedub.stream.output;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * The frames of an output since its last keyframe: with them a publication that begins anew shows a picture at once, where a reader would have
 * to wait for the next keyframe otherwise. Not thread-safe.
 */
final class GopMemory {
    /** 20 s of 6 Mbit/s. A longer GOP is not kept: the new publication then begins at the next keyframe. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    private final List<Frame> frames = new ArrayList<>();
    private long bytes;

    void add(Frame frame) {
        if (frame.track() == Track.VIDEO && frame.keyframe()) {
            forget();
        } else if (frames.isEmpty()) {
            return;
        }
        frames.add(frame);
        bytes += frame.size();
        if (bytes > MOST_BYTES) {
            forget();
        }
    }

    /** From the last keyframe on, in the order of sending; empty when that is not known. */
    List<Frame> frames() {
        return List.copyOf(frames);
    }

    void forget() {
        frames.clear();
        bytes = 0;
    }
}
