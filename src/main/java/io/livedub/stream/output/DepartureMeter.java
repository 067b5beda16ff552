package io.livedub.stream.output;

import io.livedub.media.Frame;
import io.livedub.media.MediaSink.DepartureListener;
import io.livedub.media.Track;

/**
 * Latency and A/V delta, measured on what leaves against what was pushed and when that had arrived.
 */
public final class DepartureMeter implements DepartureListener {
    /** Pushed and not yet departed: two seconds of 60 pictures or 94 AAC frames a second. */
    private static final int REMEMBERED = 256;

    /** FLV times are whole milliseconds, rounded on the way out and by the source before. */
    private static final long SAME_NS = 2_000_000L;

    private final Remembered[] tracks = {new Remembered(), new Remembered()};
    private long latencyNs;
    private boolean measured;

    private static final class Remembered {
        final long[] pushedNs = new long[REMEMBERED];
        final long[] arrivalNs = new long[REMEMBERED];
        long count;
        long wireErrorNs;
        boolean known;
    }

    /** A frame goes to the sink, with the times it is pushed with. */
    public synchronized void pushed(Frame frame) {
        Remembered track = tracks[frame.track().ordinal()];
        int at = (int) (track.count++ % REMEMBERED);
        track.pushedNs[at] = frame.dtsNs();
        track.arrivalNs[at] = frame.arrivalNs();
    }

    @Override
    public synchronized void departed(Track which, long timestampNs, long departedNs) {
        Remembered track = tracks[which.ordinal()];
        int nearest = -1;
        for (int i = 0; i < Math.min(track.count, REMEMBERED); i++) {
            if (nearest < 0
                    || Math.abs(track.pushedNs[i] - timestampNs) < Math.abs(track.pushedNs[nearest] - timestampNs)) {
                nearest = i;
            }
        }
        if (nearest < 0) {
            return;
        }
        track.wireErrorNs = timestampNs - track.pushedNs[nearest];
        track.known = true;
        if (which == Track.VIDEO && Math.abs(track.wireErrorNs) <= SAME_NS) {
            latencyNs = departedNs - track.arrivalNs[nearest];
            measured = true;
        }
    }

    /** Frames of a track that were handed to the sink so far. */
    public synchronized long pushed(Track which) {
        return tracks[which.ordinal()].count;
    }

    /** Source frame in to the same frame out; 0 until one was seen. */
    public synchronized long latencyNs() {
        return measured ? latencyNs : 0;
    }

    /** By how much sound left later against the picture than it was to. */
    public synchronized long wireDeltaNs() {
        Remembered video = tracks[Track.VIDEO.ordinal()];
        Remembered audio = tracks[Track.AUDIO.ordinal()];
        return video.known && audio.known ? audio.wireErrorNs - video.wireErrorNs : 0;
    }
}
