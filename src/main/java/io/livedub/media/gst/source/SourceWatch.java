package io.livedub.media.gst.source;

import java.util.concurrent.TimeUnit;

import io.livedub.media.Track;
import io.livedub.media.flv.FlvReader;

/** Judges a source by what came out of it and when. Pure; guarded by its owner's lock. */
final class SourceWatch {
    /** No frame for so long: the source is silent. */
    static final long SILENCE_NS = TimeUnit.SECONDS.toNanos(5);
    /** Pictures without any sound for so long: there is no audio track. */
    static final long NO_AUDIO_NS = TimeUnit.SECONDS.toNanos(8);
    /**
     * Sound without any picture that was announced. Servers hold pictures back until the next keyframe; keyframes that are 20 s
     * apart occur.
     */
    static final long NO_VIDEO_NS = TimeUnit.SECONDS.toNanos(30);
    /** A track that was announced and has no frame yet is awaited so much longer. */
    static final long ANNOUNCED_NS = TimeUnit.SECONDS.toNanos(120);
    /** The log says when a track is so much later than the other one. */
    static final long LATE_NS = TimeUnit.SECONDS.toNanos(10);
    /** A codec that cannot be carried stands in a track's place: the right one may follow within this time. */
    static final long FOREIGN_NS = TimeUnit.SECONDS.toNanos(2);

    /** The verdict. */
    enum SourceVerdict {
        FINE,
        NO_AUDIO,
        NO_VIDEO,
        /** An H.264 track is announced, and nothing of it comes. */
        NO_PICTURE,
        /** A codec in the place of the sound or the picture that cannot be carried. */
        FOREIGN_CODEC,
        /** No frame for five seconds. */
        SILENT
    }

    /** The reader's description of a track without frames. */
    interface Announced {
        boolean announces(Track track);

        String foreign(Track track);

        static Announced by(FlvReader reader) {
            return new Announced() {
                @Override
                public boolean announces(Track track) {
                    return reader.announces(track);
                }

                @Override
                public String foreign(Track track) {
                    return reader.foreign(track);
                }
            };
        }
    }

    private final Announced announced;
    private final long[] firstNs = {-1, -1};
    private long lastNs;
    private long firstTagNs = -1;
    private long lastTagNs;

    SourceWatch(Announced announced, long startedNs) {
        this.announced = announced;
        lastNs = startedNs;
        lastTagNs = startedNs;
    }

    /** A tag of sound or picture came, whatever is in it. */
    void tag(long nowNs) {
        if (firstTagNs == -1) {
            firstTagNs = nowNs;
        }
        lastTagNs = nowNs;
    }

    void frame(Track track, long nowNs) {
        if (firstNs[track.ordinal()] == -1) {
            firstNs[track.ordinal()] = nowNs;
        }
        lastNs = nowNs;
    }

    boolean anyFrame() {
        return has(Track.VIDEO) || has(Track.AUDIO);
    }

    boolean anyTag() {
        return firstTagNs != -1;
    }

    /** How long it takes from now until a source of two tracks would be silent if nothing more came. */
    long silentInNs(long nowNs) {
        return SILENCE_NS - (nowNs - lastNs);
    }

    SourceVerdict evaluate(long nowNs) {
        for (Track track : Track.values()) {
            if (!has(track)
                    && anyTag()
                    && nowNs - firstTagNs >= FOREIGN_NS
                    && !announced.foreign(track).isEmpty()) {
                return SourceVerdict.FOREIGN_CODEC;
            }
        }
        if (missing(Track.AUDIO, Track.VIDEO, NO_AUDIO_NS, nowNs)) {
            return SourceVerdict.NO_AUDIO;
        }
        if (missing(Track.VIDEO, Track.AUDIO, NO_VIDEO_NS, nowNs)) {
            return announced.announces(Track.VIDEO) ? SourceVerdict.NO_PICTURE : SourceVerdict.NO_VIDEO;
        }
        boolean both = has(Track.VIDEO) && has(Track.AUDIO);
        // While a track is still missing, messages that are no frames show that the publisher is there.
        long lifeNs = both ? lastNs : Math.max(lastNs, lastTagNs);
        return nowNs - lifeNs >= SILENCE_NS ? SourceVerdict.SILENT : SourceVerdict.FINE;
    }

    /** The codec that {@link SourceVerdict#FOREIGN_CODEC} is about, and in whose place it is. */
    String foreignCodec() {
        for (Track track : Track.values()) {
            if (!has(track) && !announced.foreign(track).isEmpty()) {
                return announced.foreign(track);
            }
        }
        return "";
    }

    /** What the log says of a track that is awaited for long; empty when none is. */
    String awaits(long nowNs) {
        if (late(Track.VIDEO, Track.AUDIO, nowNs)) {
            return "sound has come for 10 s and no picture; a server sends pictures from the next keyframe on";
        }
        return late(Track.AUDIO, Track.VIDEO, nowNs)
                ? "pictures have come for 10 s and no sound, which is announced"
                : "";
    }

    private boolean late(Track track, Track other, long nowNs) {
        return !has(track) && has(other) && nowNs - firstNs[other.ordinal()] >= LATE_NS;
    }

    private boolean missing(Track track, Track other, long patienceNs, long nowNs) {
        if (has(track) || !has(other)) {
            return false;
        }
        return nowNs - firstNs[other.ordinal()] >= (announced.announces(track) ? ANNOUNCED_NS : patienceNs);
    }

    private boolean has(Track track) {
        return firstNs[track.ordinal()] != -1;
    }
}
