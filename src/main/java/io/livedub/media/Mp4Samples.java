package io.livedub.media;

/** Takes the samples of one track, one by one, where a sample table says they are. */
interface Mp4Samples {
    /** Is called before a table is walked, so that a count that nobody has checked costs nothing. Throws when that many are too many. */
    void expect(long count);

    /** Throws when the file has no such bytes. */
    void take(long at, long size);
}
