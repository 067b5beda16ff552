package io.livedub.stream;

import java.util.concurrent.atomic.AtomicLong;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Decides whether a frame may still be held, by the bytes that are held already. A stream that sends more than it may hold loses pictures up to the
 * next keyframe for which there is room; its sound, which is small, goes on a little longer. Failing the stream was rejected: one
 * burst of a publisher would take it off the air. Used by one thread; the count may be read from anywhere.
 */
public final class FrameAdmission {
    /** At the least: 12 s of 64 Mbit/s. */
    private static final long LEAST = 96L * 1024 * 1024;

    private final long most;
    private final AtomicLong dropped = new AtomicLong();
    private boolean waitingForKeyframe;

    public FrameAdmission(long most) {
        this.most = most;
    }

    /** The bytes that one stream may hold: a third of the heap, so that others are not starved, or half of a small heap. */
    public static long mostBytes() {
        long heap = Runtime.getRuntime().maxMemory();
        return Math.max(Math.min(LEAST, heap / 2), heap / 3);
    }

    /** @param heldBytes what is held now, without the frame */
    public boolean admit(Frame frame, long heldBytes) {
        boolean fits = frame.track() == Track.VIDEO ? pictureFits(frame, heldBytes) : heldBytes <= most + most / 4;
        if (!fits) {
            dropped.incrementAndGet();
        }
        return fits;
    }

    /** Frames that were not admitted. */
    public long dropped() {
        return dropped.get();
    }

    private boolean pictureFits(Frame frame, long heldBytes) {
        waitingForKeyframe = heldBytes > most || waitingForKeyframe && !(frame.keyframe() && heldBytes < most / 2);
        return !waitingForKeyframe;
    }
}
