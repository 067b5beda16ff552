package io.livedub.stream.source;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;

import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.SourceSeam.SeamPicture;

/**
 * Finds in what a source gives the place where another process has stopped reading it, and gives on what lies behind, with the time stamps that
 * the other one would have seen. Pure; not thread-safe.
 */
final class SeamFinder {
    /** Two readers get a frame at the same time; one that is so much later will not come any more. */
    private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();
    /** Sound of one stamp, rounded to FLV's milliseconds twice. */
    private static final long SAME_NS = 5_000_000L;
    /** Twenty seconds of sound and more: the two tracks of a source lie closer together. */
    private static final int MOST_SOUND = 2000;

    private static final long NO_TIME = -1;

    private final SourceSeam seam;
    private final long fromNs;
    private final Deque<SeamPicture> seen = new ArrayDeque<>();
    private final Deque<Frame> sound = new ArrayDeque<>();
    private boolean found;
    private long shiftNs;

    /**
     * @param seam empty: the other process died
     * @param fromNs when that was: a keyframe that came later is the first that is given on
     */
    SeamFinder(Optional<SourceSeam> seam, long fromNs) {
        this.seam = seam.orElse(null);
        this.fromNs = fromNs;
    }

    /** Whether the place will not be found any more, told by the next frame. */
    boolean isLost(Frame next) {
        return seam != null
                && !found
                && (seam.pictures().isEmpty() || next.arrivalNs() > seam.arrivalNs() + PATIENCE_NS);
    }

    boolean isFound() {
        return found;
    }

    void accept(Frame frame, Consumer<Frame> to) {
        if (found) {
            give(frame, to);
        } else if (seam == null) {
            found = frame.track() == Track.VIDEO && frame.keyframe() && frame.arrivalNs() >= fromNs;
            if (found) {
                to.accept(frame);
            }
        } else if (frame.track() == Track.AUDIO) {
            sound.add(frame);
            if (sound.size() > MOST_SOUND) {
                sound.remove();
            }
        } else {
            look(frame, to);
        }
    }

    private void look(Frame picture, Consumer<Frame> to) {
        seen.add(SeamPicture.of(picture, picture.ptsNs()));
        if (seen.size() > seam.pictures().size()) {
            seen.remove();
        }
        if (!isHere()) {
            return;
        }
        found = true;
        shiftNs = seam.pictures().get(seam.pictures().size() - 1).sourcePtsNs() - picture.ptsNs();
        seen.clear();
        for (Frame frame = sound.poll(); frame != null; frame = sound.poll()) {
            give(frame, to);
        }
    }

    private boolean isHere() {
        if (seen.size() < seam.pictures().size()) {
            return false;
        }
        Iterator<SeamPicture> each = seen.iterator();
        return seam.pictures().stream().allMatch(picture -> picture.isLike(each.next()));
    }

    private void give(Frame frame, Consumer<Frame> to) {
        if (seam == null) {
            to.accept(frame);
            return;
        }
        if (frame.track() == Track.AUDIO
                && frame.ptsNs() + shiftNs + seam.stretch().correctionNs() <= seam.lastSoundNs() + SAME_NS) {
            return;
        }
        boolean timed = frame.ptsNs() != NO_TIME && frame.dtsNs() != NO_TIME;
        to.accept(timed ? frame.shift(shiftNs) : frame);
    }
}
