package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * The last frames of a source that is not on air: all since the keyframe before the time in which the source on air may have been silent, and
 * a second of sound before that, because encoders send the sound that belongs to a picture before or behind it. With them the source can take over
 * at once, without waiting for its next keyframe, and where the other one has stopped.
 *
 * <p>Not thread-safe.
 */
final class StandbyFrames {
    /** 20 s of 6 Mbit/s. A longer GOP is not kept: the source can then take over at its next keyframe only. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    /** The silence that is waited for, and the time between two frames. */
    private static final long KEPT_NS = SourceChoice.SILENCE.plusMillis(200).toNanos();

    private static final long SOUND_BEFORE_NS = Duration.ofSeconds(1).toNanos();

    private final Deque<Frame> frames = new ArrayDeque<>();
    private long bytes;
    private boolean keyframeHeld;

    void add(Frame frame) {
        boolean key = isKeyframe(frame);
        if (frame.track() == Track.VIDEO && !key && !keyframeHeld) {
            return;
        }
        frames.add(frame);
        bytes += frame.size();
        keyframeHeld |= key;
        if (key) {
            newestKeyframe(frame.arrivalNs() - KEPT_NS).ifPresent(this::forgetBefore);
        } else if (!keyframeHeld) {
            forgetSound(frame.arrivalNs());
        }
        if (bytes > MOST_BYTES) {
            newestKeyframe(Long.MAX_VALUE).ifPresent(this::forgetBefore);
        }
        if (bytes > MOST_BYTES) {
            clear();
        }
    }

    private static boolean isKeyframe(Frame frame) {
        return frame.track() == Track.VIDEO && frame.keyframe();
    }

    /** The last keyframe that arrived until then. */
    private Optional<Frame> newestKeyframe(long untilNs) {
        for (Iterator<Frame> newest = frames.descendingIterator(); newest.hasNext(); ) {
            Frame frame = newest.next();
            if (isKeyframe(frame) && frame.arrivalNs() <= untilNs) {
                return Optional.of(frame);
            }
        }
        return Optional.empty();
    }

    /** Drops the pictures before a keyframe, and the sound that is too old to belong to it. */
    private void forgetBefore(Frame keyframe) {
        List<Frame> sound = new ArrayList<>();
        while (frames.getFirst() != keyframe) {
            Frame older = frames.removeFirst();
            if (older.track() == Track.AUDIO) {
                sound.add(older);
            } else {
                bytes -= older.size();
            }
        }
        for (int i = sound.size() - 1; i >= 0; i--) {
            frames.addFirst(sound.get(i));
        }
        forgetSound(keyframe.arrivalNs());
    }

    private void forgetSound(long nowNs) {
        while (frames.getFirst().track() == Track.AUDIO && frames.getFirst().arrivalNs() < nowNs - SOUND_BEFORE_NS) {
            bytes -= frames.removeFirst().size();
        }
    }

    /** Whether a keyframe and all behind it are there. */
    boolean hasKeyframe() {
        return keyframeHeld;
    }

    void clear() {
        frames.clear();
        bytes = 0;
        keyframeHeld = false;
    }

    long bytes() {
        return bytes;
    }

    /** Gives out what is held from the last keyframe on, and holds nothing any more. */
    List<Frame> takeNewest() {
        return take(Long.MAX_VALUE);
    }

    private List<Frame> take(long untilNs) {
        newestKeyframe(untilNs).ifPresent(this::forgetBefore);
        List<Frame> taken = List.copyOf(frames);
        clear();
        return taken;
    }

    /**
     * Gives out what is held from the last keyframe on that arrived before {@code airedNs}, or from the first one, and holds nothing any more.
     * Pictures that arrived before {@code airedNs} show what has aired already from the other source, but those behind them cannot be decoded
     * without them. So they are moved together, 8 times faster, behind {@code airedNs}; from there on the frames have their own times.
     * Without this the stream would be later by up to a whole GOP after each change. The sound of that time is left out.
     *
     * @param airedNs when the last frame of the other source arrived
     */
    List<Frame> takeBehind(long airedNs) {
        List<Frame> taken = take(airedNs);
        Frame first =
                taken.stream().filter(StandbyFrames::isKeyframe).findFirst().orElse(null);
        if (first == null || airedNs <= first.arrivalNs()) {
            return taken;
        }
        long wantedNs = first.arrivalNs() + CatchUp.durationNs(airedNs - first.arrivalNs());
        long liveNs = Math.min(wantedNs, taken.get(taken.size() - 1).arrivalNs());
        CatchUp catchUp = new CatchUp(liveNs, first.dtsNs() - first.arrivalNs());
        return taken.stream().flatMap(frame -> catchUp.apply(frame).stream()).toList();
    }
}
