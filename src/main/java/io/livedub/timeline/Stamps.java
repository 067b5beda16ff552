package io.livedub.timeline;

import io.livedub.media.Frame;

/** Clock times to times on the output's timeline, which never go back and never repeat a millisecond. */
final class Stamps {
    /** FLV's resolution. */
    static final long STEP_NS = 1_000_000L;

    private long zeroAirNs;
    private long nextVideoNs;
    private long nextAudioNs;

    void zero(long airNs) {
        zeroAirNs = airNs;
    }

    long zeroAirNs() {
        return zeroAirNs;
    }

    /** @param airNs clock time of its decoding time; the presentation time keeps its distance */
    Frame video(Frame frame, long airNs) {
        long dts = Math.max(nextVideoNs, airNs - zeroAirNs);
        nextVideoNs = dts + STEP_NS;
        return frame.at(dts + frame.ptsNs() - frame.dtsNs(), dts);
    }

    Frame audio(Frame frame, long airNs) {
        long at = Math.max(nextAudioNs, airNs - zeroAirNs);
        nextAudioNs = at + STEP_NS;
        return frame.at(at, at);
    }
}
