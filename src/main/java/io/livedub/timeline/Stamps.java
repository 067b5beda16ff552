package io.livedub.timeline;

import io.livedub.media.Frame;

/** Clock times to times on the output's timeline, which never go back and never repeat a millisecond. */
final class Stamps {
    /** FLV's resolution. */
    static final long STEP_NS = 1_000_000L;

    private final long zeroAirNs;
    private long nextVideoNs;
    private long nextAudioNs;

    /** @param zeroAirNs clock time of the output's time 0 */
    Stamps(long zeroAirNs) {
        this(zeroAirNs, 0, 0);
    }

    /**
     * @param nextVideoNs no picture gets an earlier time than this
     * @param nextAudioNs the same for sound
     */
    Stamps(long zeroAirNs, long nextVideoNs, long nextAudioNs) {
        this.zeroAirNs = zeroAirNs;
        this.nextVideoNs = nextVideoNs;
        this.nextAudioNs = nextAudioNs;
    }

    long nextVideoNs() {
        return nextVideoNs;
    }

    long nextAudioNs() {
        return nextAudioNs;
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
