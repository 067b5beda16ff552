package io.livedub.timeline;

/**
 * What a new process has to know of an output's timeline to go on with it, in passthrough.
 *
 * @param shiftNs from the stream's timeline to the output's
 * @param nextVideoNs earliest output time of the next picture
 * @param audioEndNs output time at which the sound ends so far
 */
public record RelayMark(long shiftNs, long nextVideoNs, long audioEndNs) {
    /** The same when this much more may have aired. */
    public RelayMark behind(long moreNs) {
        return new RelayMark(shiftNs, nextVideoNs + moreNs, audioEndNs + moreNs);
    }
}
