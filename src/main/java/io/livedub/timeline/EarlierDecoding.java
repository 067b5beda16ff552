package io.livedub.timeline;

/**
 * By how much all pictures are decoded earlier than they are stamped. MP4 and FLV can say that a picture is shown before it is decoded; FLV
 * muxers of other programs cannot, and show such a picture later. So all pictures are decoded earlier, once {@link #CONFIRMED} of them need it;
 * a single one may be stamped wrongly.
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
