package io.livedub.timeline;

/**
 * By how much all pictures are decoded earlier than they are stamped. A source in FLV or MP4 can stamp a picture so that it is shown before it
 * is decoded; other programs' FLV muxers cannot write that, and would show the picture later. So once {@link #CONFIRMED} pictures need it, all
 * are decoded earlier. A single one may be stamped wrongly.
 */
final class EarlierDecoding {
    /** A picture that is shown this long before it is decoded is stamped wrongly. */
    private static final long MOST_NS = 1_000_000_000L;
    /** Pictures that must be shown before they are decoded until all are decoded earlier for it. */
    private static final int CONFIRMED = 3;
    /** The stamps of so many first pictures are believed: hardly any frame has left that they could disturb. */
    private static final int BELIEVED = 16;

    private long earlierNs;
    private long pictures;
    private int early;
    private long earliestNs;

    /** Another process has learnt it. */
    void resume(long knownNs) {
        earlierNs = knownNs;
        pictures = BELIEVED;
    }

    /** @param neededNs by how much the picture is shown before it is decoded; negative when it is not */
    void observe(long neededNs) {
        pictures++;
        if (neededNs <= earlierNs || neededNs > MOST_NS) {
            return;
        }
        earliestNs = early == 0 ? neededNs : Math.min(earliestNs, neededNs);
        if (++early >= CONFIRMED || pictures <= BELIEVED) {
            earlierNs = earliestNs;
            early = 0;
        }
    }

    long ns() {
        return earlierNs;
    }
}
