package io.livedub.playlist;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** The last segments of one rendition. Bounded in number and, with all others together, in bytes. Thread-safe. */
final class Window {
    /** Some more are held than are listed: a player may ask for what was listed a moment ago. */
    static final int LISTED = 8;

    private static final int HELD = LISTED + 3;
    private static final long GAP_NS = 500_000_000L;
    /** A longer gap is not filled: a player goes on behind it. */
    private static final int MOST_GAPS = LISTED;

    private static final byte[] NOTHING = {};

    private final PlaylistBytes room;
    private final Timeline timeline;
    private final Deque<WindowPiece> pieces = new ArrayDeque<>();
    private boolean closed;

    /**
     * What the segments of one muxer of the server begin with.
     *
     * @param number counts them from 0
     */
    record InitSegment(int number, byte[] bytes) {}

    /**
     * A segment, or a time without one.
     *
     * @param startNs media time of its beginning
     * @param bytes empty for a gap
     */
    record WindowPiece(
            long number, int epoch, Instant time, long startNs, long durationNs, InitSegment init, byte[] bytes) {
        boolean isGap() {
            return bytes.length == 0;
        }

        long endNs() {
            return startNs + durationNs;
        }
    }

    /** A piece of media time. */
    record MediaSpan(long fromNs, long toNs) {
        static final MediaSpan NOTHING = new MediaSpan(0, 0);

        boolean holds(long ns) {
            return fromNs <= ns && ns < toNs;
        }
    }

    Window(PlaylistBytes room, Timeline timeline) {
        this.room = room;
        this.timeline = timeline;
    }

    /**
     * @param first number of the first segment of all
     * @return false when there is no room for it
     */
    synchronized boolean add(long first, long startNs, long durationNs, InitSegment init, byte[] bytes, Instant now) {
        if (closed) {
            return true;
        }
        WindowPiece last = pieces.peekLast();
        boolean anotherRun = last != null && last.init.number() != init.number();
        Timeline.PlayingPlace place = timeline.place(
                last == null ? -1 : last.epoch, last == null ? 0 : last.endNs(), anotherRun, startNs, durationNs, now);
        while (!room.take(bytes.length)) {
            if (pieces.isEmpty()) {
                return false;
            }
            drop();
        }
        long number = last == null ? first : last.number + 1;
        if (last != null && last.epoch == place.epoch()) {
            number += fill(last, startNs, place, init);
        }
        pieces.add(new WindowPiece(number, place.epoch(), place.time(), startNs, durationNs, init, bytes));
        while (pieces.size() > HELD) {
            drop();
        }
        return true;
    }

    /** @return how many gaps were put in */
    private int fill(WindowPiece last, long startNs, Timeline.PlayingPlace place, InitSegment init) {
        long missingNs = startNs - last.endNs();
        if (missingNs < GAP_NS) {
            return 0;
        }
        long each = Math.max(GAP_NS, last.durationNs);
        int count = (int) Math.min(MOST_GAPS, Math.max(1, Math.round((double) missingNs / each)));
        long gapNs = Math.min(missingNs / count, each + GAP_NS);
        long from = startNs - gapNs * count;
        for (int i = 0; i < count; i++) {
            long at = from + i * gapNs;
            pieces.add(new WindowPiece(
                    last.number + 1 + i,
                    place.epoch(),
                    place.time().minusNanos(startNs - at),
                    at,
                    gapNs,
                    init,
                    NOTHING));
        }
        return count;
    }

    private void drop() {
        room.giveBack(pieces.remove().bytes.length);
    }

    /** Pieces that arrive after this are dropped. */
    synchronized void close() {
        closed = true;
        while (!pieces.isEmpty()) {
            drop();
        }
    }

    /** The pieces that a playlist shows. */
    synchronized List<WindowPiece> listed() {
        List<WindowPiece> all = new ArrayList<>(pieces);
        return List.copyOf(all.subList(Math.max(0, all.size() - LISTED), all.size()));
    }

    synchronized Optional<WindowPiece> piece(long number) {
        return pieces.stream().filter(piece -> piece.number == number).findFirst();
    }

    synchronized Optional<InitSegment> init(long number) {
        return pieces.stream()
                .map(WindowPiece::init)
                .filter(init -> init.number() == number)
                .findFirst();
    }

    /** From the first of the pieces to the end of the last. */
    synchronized MediaSpan span() {
        return pieces.isEmpty()
                ? MediaSpan.NOTHING
                : new MediaSpan(pieces.getFirst().startNs(), pieces.getLast().endNs());
    }

    /** The number of the segment that lies where this one does, for renditions whose segments are to have the same numbers. */
    synchronized Optional<Long> numberAt(long startNs, long durationNs) {
        return pieces.stream()
                .filter(piece -> Math.abs(piece.startNs - startNs) < durationNs / 2)
                .map(WindowPiece::number)
                .findFirst();
    }
}
