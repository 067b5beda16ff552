package io.livedub.media.gst;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Keeps sound and picture together where a source's stamps go back by more than two seconds. There flvdemux lets each track go on from its own
 * last stamp, flagged as a resync: from then on they are apart by the difference of what either lost, at the least of one frame's duration.
 *
 * <p>How far it moved a track is read behind it, once for each jump ({@link Offsets}); the difference is put on the sound. What has jumped is held until that
 * is known of both tracks, usually for a frame or two.
 *
 * <p>Not thread-safe.
 */
final class JumpRepair {
    /** Within this both tracks jump, or only one does, and there is nothing to compare. */
    static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(1);

    private static final long NS_PER_MS = 1_000_000L;

    /** By how much the demuxer's times differ from the stamps on the wire. */
    interface Offsets {
        /** Looks at the next frame of a track. */
        void read(Track track);

        /** What was found, in ms of the 32-bit clock; empty until then. */
        OptionalLong ms(Track track);

        /** No more is wanted. */
        void stop();
    }

    private final Offsets offsets;
    private final List<Frame> held = new ArrayList<>();
    private final boolean[] jumped = new boolean[Track.values().length];
    private boolean repairing;
    private long sinceNs;
    private long correctionNs;

    JumpRepair(Offsets offsets) {
        this.offsets = offsets;
    }

    /**
     * Takes a frame, and hands on what can go.
     *
     * @param resync whether flvdemux flagged it
     */
    void accept(Frame frame, boolean resync, Consumer<Frame> out) {
        if (resync) {
            begin(frame);
        }
        if (!repairing) {
            out.accept(corrected(frame));
            return;
        }
        if (jumped[frame.track().ordinal()]) {
            held.add(frame);
        } else {
            out.accept(corrected(frame));
        }
        if (known()) {
            int apart = (int) (offset(Track.VIDEO) - offset(Track.AUDIO));
            correctionNs = apart * NS_PER_MS;
            release(out);
        } else if (frame.arrivalNs() - sinceNs > PATIENCE_NS) {
            release(out);
        }
    }

    private void begin(Frame frame) {
        if (!repairing) {
            repairing = true;
            sinceNs = frame.arrivalNs();
        }
        jumped[frame.track().ordinal()] = true;
        offsets.read(frame.track());
    }

    private boolean known() {
        for (Track track : Track.values()) {
            if (!jumped[track.ordinal()] || offsets.ms(track).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private long offset(Track track) {
        return offsets.ms(track).orElseThrow();
    }

    private Frame corrected(Frame frame) {
        return frame.track() == Track.AUDIO ? frame.shift(correctionNs) : frame;
    }

    private void release(Consumer<Frame> out) {
        offsets.stop();
        repairing = false;
        Arrays.fill(jumped, false);
        held.forEach(frame -> out.accept(corrected(frame)));
        held.clear();
    }
}
