package io.livedub.stream.source;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.zip.CRC32;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Leaves out, or shows faster ({@link Repeats}), what a server repeats to a reader that comes back. Many servers (SRS, lal, Node-Media-Server)
 * keep the last GOP and send it at once to whoever begins to read. After a lost connection a viewer would see those seconds twice and be late by as much from then on; some servers send
 * the last GOP of a publisher that is gone, for ever.
 *
 * <p>Pictures are found again by their content, because servers may stamp frames anew for each reader. What comes behind them goes on where the
 * last reading stopped, with its time stamps. Frames count as repeated only when they come faster than in true time: an encoder that plays the
 * same file again is a new publisher.
 *
 * <p>Pure; not thread-safe.
 */
final class RepeatedFrames {
    /** Pictures that are remembered: GOPs of 10 s at 60 pictures a second, and more. */
    private static final int MOST_PICTURES = 640;
    /** The most that the repeated GOP takes to arrive. Frames wait no longer than this for the decision. */
    static final long PATIENCE_NS = 700_000_000L;
    /** Bytes at each end of a picture that tell it from others. */
    private static final int ENDS = 256;
    /** A smaller picture may look like others by chance. */
    private static final int SMALLEST = 64;

    private static final int MOST_HELD = 4096;
    private static final long MOST_HELD_BYTES = 32L * 1024 * 1024;
    /** Sound of one stamp, rounded to FLV's milliseconds twice. */
    private static final long SAME_NS = 5_000_000L;

    /** A step of the stamps beyond this is another publisher's. */
    private static final long LONGEST_STEP_NS = 10_000_000_000L;

    private static final long NO_TIME = -1;

    private final Repeats repeats;
    private final long[] sums = new long[MOST_PICTURES];
    private final long[] times = new long[MOST_PICTURES];
    private long pictures;
    private long lastSoundNs = Long.MIN_VALUE;

    private final Deque<Frame> held = new ArrayDeque<>();
    private long heldBytes;
    private boolean searching;
    /** Numbers of the remembered pictures that the last picture may be. */
    private long[] places = {};

    private int seen;
    private Frame firstSeen;
    private Frame lastSeen;
    private boolean goesOn;
    private long shiftNs;
    /** When the last picture of the reading before arrived, or is taken to have arrived. */
    private long airedNs;
    /** Stamp minus arrival of the frames that are shown faster. */
    private long stampNs;
    /** Null while frames have their own times. */
    private CatchUp catchUp;

    RepeatedFrames(Repeats repeats) {
        this.repeats = repeats;
    }

    /** A reading begins. */
    void begin() {
        forgetHeld();
        searching = repeats != Repeats.KEPT && pictures > 0;
        catchUp = null;
        goesOn = false;
        shiftNs = 0;
    }

    /** Whether the frames since {@link #begin} go on with the frame behind the last one of the reading before. */
    boolean goesOn() {
        return goesOn;
    }

    /** Whether all that came since {@link #begin} had been read before. */
    boolean onlyRepeats() {
        return searching && isAtEnd();
    }

    /** @return the frames that are new, in the order in which they came; none while that is not known */
    List<Frame> accept(Frame frame) {
        if (!searching) {
            return repeats == Repeats.KEPT ? List.of(frame) : given(frame);
        }
        held.add(frame);
        heldBytes += frame.size();
        if (frame.track() == Track.VIDEO) {
            picture(frame);
        }
        boolean full = held.size() > MOST_HELD || heldBytes > MOST_HELD_BYTES;
        boolean late = seen > 0 && frame.arrivalNs() - firstSeen.arrivalNs() > PATIENCE_NS && !isAtEnd();
        if (searching && (full || late)) {
            searching = false;
        }
        return searching ? List.of() : release();
    }

    private void picture(Frame picture) {
        if (seen > 0 && isAtEnd() && isBurst()) {
            foundBehind(lastSeen, picture);
            return;
        }
        long sum = sum(picture);
        long[] next = seen == 0 ? begins(picture, sum) : goOn(sum);
        if (next.length == 0) {
            searching = false;
            return;
        }
        places = next;
        firstSeen = seen == 0 ? picture : firstSeen;
        lastSeen = picture;
        seen++;
    }

    /** @param next the first picture that is new: of the same publisher, or of another one */
    private void foundBehind(Frame last, Frame next) {
        searching = false;
        long apartNs = next.dtsNs() - last.dtsNs();
        boolean same = apartNs > 0 && apartNs <= LONGEST_STEP_NS;
        if (same && repeats == Repeats.SHOWN_FASTER) {
            catchUp(last);
            return;
        }
        goesOn = same;
        shiftNs = goesOn ? times[slot(pictures - 1)] - last.ptsNs() : 0;
        List<Frame> fresh = new ArrayList<>();
        boolean behind = false;
        for (Frame frame : held) {
            behind |= frame == next;
            boolean ofTheSame = goesOn && frame.track() == Track.AUDIO;
            if (ofTheSame ? frame.ptsNs() + shiftNs > lastSoundNs + SAME_NS : behind) {
                fresh.add(frame);
            }
        }
        forgetHeld();
        held.addAll(fresh);
    }

    /**
     * Every frame is given on, the repeated ones too. The burst says nothing of when they were made, so their arrivals are counted from that of the last
     * picture that was read before.
     */
    private void catchUp(Frame last) {
        stampNs = last.dtsNs() - airedNs;
        long firstNs = firstSeen.dtsNs() - stampNs;
        catchUp = new CatchUp(firstNs + CatchUp.durationNs(airedNs - firstNs), stampNs);
    }

    private long[] begins(Frame picture, long sum) {
        if (!picture.keyframe() || picture.size() < SMALLEST) {
            return new long[0];
        }
        long[] found = new long[MOST_PICTURES];
        int count = 0;
        for (long n = Math.max(0, pictures - MOST_PICTURES); n < pictures; n++) {
            if (sums[slot(n)] == sum) {
                found[count++] = n;
            }
        }
        return Arrays.copyOf(found, count);
    }

    private long[] goOn(long sum) {
        return Arrays.stream(places)
                .map(n -> n + 1)
                .filter(n -> n < pictures && sums[slot(n)] == sum)
                .toArray();
    }

    private boolean isAtEnd() {
        return seen > 0 && places[places.length - 1] == pictures - 1;
    }

    /** Whether the repeated pictures came at least twice as fast as they are shown. */
    private boolean isBurst() {
        return seen == 1 || 2 * (lastSeen.arrivalNs() - firstSeen.arrivalNs()) <= lastSeen.dtsNs() - firstSeen.dtsNs();
    }

    private List<Frame> release() {
        List<Frame> out = new ArrayList<>(held.size());
        for (Frame frame : held) {
            out.addAll(given(frame));
        }
        forgetHeld();
        return out;
    }

    private List<Frame> given(Frame frame) {
        if (catchUp == null || frame.ptsNs() == NO_TIME || frame.dtsNs() == NO_TIME) {
            return List.of(remember(frame));
        }
        if (frame.track() == Track.VIDEO && catchUp.isOver(frame)) {
            catchUp = null;
            return List.of(remember(frame));
        }
        // Remembered with its own time: by it the frame is found when the server repeats it again.
        remember(frame);
        Frame asMade = new Frame(
                frame.format(), frame.ptsNs(), frame.dtsNs(), frame.keyframe(), frame.dtsNs() - stampNs, frame.bytes());
        airedNs = frame.track() == Track.VIDEO ? asMade.arrivalNs() : airedNs;
        return catchUp.apply(asMade).stream().toList();
    }

    private Frame remember(Frame frame) {
        boolean timed = frame.ptsNs() != NO_TIME && frame.dtsNs() != NO_TIME;
        Frame placed = timed ? frame.shift(shiftNs) : frame;
        if (frame.track() == Track.VIDEO) {
            sums[slot(pictures)] = sum(frame);
            times[slot(pictures)] = placed.ptsNs();
            pictures++;
            airedNs = frame.arrivalNs();
        } else {
            lastSoundNs = placed.ptsNs();
        }
        return placed;
    }

    private void forgetHeld() {
        held.clear();
        heldBytes = 0;
        seen = 0;
        firstSeen = null;
        lastSeen = null;
        places = new long[0];
    }

    private static int slot(long number) {
        return (int) (number % MOST_PICTURES);
    }

    private static long sum(Frame picture) {
        int end = Math.min(ENDS, picture.size());
        CRC32 sum = new CRC32();
        sum.update(picture.bytes().part(0, end));
        sum.update(picture.bytes().part(picture.size() - end, end));
        return (long) picture.size() << 32 | sum.getValue();
    }
}
