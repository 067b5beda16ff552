package io.livedub.media.gst;

import java.util.concurrent.TimeUnit;

import io.livedub.media.Track;

/** What is to be thought of a source by what came out of it and when. Pure; guarded by its owner's lock. */
final class SourceWatch {
    /** A track that is announced and has no frame, or a stream that went silent. */
    static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(5);
    /** flvdemux announces "no more pads" after 6 s of media time; this is for a source that sends slower than real time. */
    static final long NO_AUDIO_NS = TimeUnit.SECONDS.toNanos(8);
    /** nginx-rtmp holds video back until the next keyframe, which may be 250 frames away. */
    static final long NO_VIDEO_NS = TimeUnit.SECONDS.toNanos(15);

    private static final long IDLE_TOLERANCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    /** The verdict. */
    enum Verdict {
        FINE,
        NO_AUDIO,
        NO_VIDEO,
        /** No frame for five seconds. */
        SILENT
    }

    private final long[] firstNs = {-1, -1};
    private long lastNs;
    private boolean noMorePads;

    SourceWatch(long startedNs) {
        lastNs = startedNs;
    }

    void frame(Track track, long nowNs) {
        if (firstNs[track.ordinal()] == -1) {
            firstNs[track.ordinal()] = nowNs;
        }
        lastNs = nowNs;
    }

    void noMorePads() {
        noMorePads = true;
    }

    boolean anyFrame() {
        return has(Track.VIDEO) || has(Track.AUDIO);
    }

    /** An end of stream after so long a silence is rtmp2src's idle time-out, which it does not tell from one that the server signalled. */
    boolean idle(long nowNs) {
        return nowNs - lastNs >= SILENCE_NS - IDLE_TOLERANCE_NS;
    }

    /**
     * @param lastTagNs when the last tag came in that was not demuxed on purpose; counts as life while a track is still missing
     */
    Verdict evaluate(long nowNs, long lastTagNs) {
        boolean video = has(Track.VIDEO);
        boolean audio = has(Track.AUDIO);
        if (video && !audio && (noMorePads || nowNs - firstNs[Track.VIDEO.ordinal()] >= NO_AUDIO_NS)) {
            return Verdict.NO_AUDIO;
        }
        if (audio && !video && (noMorePads || nowNs - firstNs[Track.AUDIO.ordinal()] >= NO_VIDEO_NS)) {
            return Verdict.NO_VIDEO;
        }
        long life = audio && !video && lastTagNs - lastNs > 0 ? lastTagNs : lastNs;
        return nowNs - life >= SILENCE_NS ? Verdict.SILENT : Verdict.FINE;
    }

    private boolean has(Track track) {
        return firstNs[track.ordinal()] != -1;
    }
}
