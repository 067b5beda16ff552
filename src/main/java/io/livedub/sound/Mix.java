package io.livedub.sound;

import io.livedub.media.Pcm;
import io.livedub.sound.Mixer.Before;

/** A segment's dub, original and background with their gains, to be added and limited: more than once, where an encoder raised a peak. */
public final class Mix {
    private static final double MOST_ROUNDING_DB = 1e-6;
    /** How fast the ceiling comes back to its own after a segment that needed a lower one. */
    private static final double CEILING_RISE_DB = 1;

    private final Tracks tracks;
    private final Tracks ending;
    private final int tailFrames;
    private final DuckEnvelope.Rest rest;
    private final Before before;
    private final int frame;

    /** @param ending the same with the end that goes over into original sound, in its last {@code tailFrames} frames */
    Mix(Tracks tracks, Tracks ending, int tailFrames, DuckEnvelope.Rest rest, Before before, int frame) {
        this.tracks = tracks;
        this.ending = ending;
        this.tailFrames = tailFrames;
        this.rest = rest;
        this.before = before;
        this.frame = frame;
    }

    /**
     * A segment's sound. Each piece has one more frame at both ends than it stands for: what the encoder overlaps with.
     *
     * @param body the segment
     * @param tail the segment's last {@code tailFrames} frames when original sound follows
     * @param tailFrames how many of the last frames {@code tail} replaces
     * @param lead the last {@code leadFrames} frames of the segment before, which are now to sound otherwise; null when they stay
     * @param leadFrames how many of the last frames of the segment before {@code lead} replaces; 0 without
     * @param next what the following segment goes on from
     * @param bedDb lowest level of the original in it; {@link Double#NEGATIVE_INFINITY} when it is not heard
     */
    public record Limited(Pcm body, Pcm tail, int tailFrames, Pcm lead, int leadFrames, Before next, double bedDb) {}

    /** The ceiling that is tried first, dBTP: the limiter's own, or what the segment before needed. */
    public double ceilingDb() {
        return Math.min(Limiter.CEILING_DBTP, tracks.ceilingBefore + CEILING_RISE_DB);
    }

    /** The sum under {@link #ceilingDb}. */
    public Limited limited() {
        return limited(ceilingDb());
    }

    /** @param ceilingDb highest true peak before the encoder, dBTP */
    public Limited limited(double ceilingDb) {
        Pcm limited = tracks.limited(0, ceilingDb);
        int start = tracks.start;
        int end = start + tracks.length;
        int leadFrames = leadFrames(limited);
        Pcm lead = leadFrames == 0 ? null : tracks.part(limited, start - (leadFrames + 1) * frame, start + frame);
        int from = end - (tailFrames + 1) * frame;
        int context = Math.min(from, tracks.samples(Tracks.LIMITER_CONTEXT_MS));
        Pcm tail = ending.limited(from - context, ceilingDb);
        return new Limited(
                tracks.part(limited, start - frame, end + frame),
                tracks.part(tail, context, tail.sampleFrames()),
                tailFrames,
                lead,
                leadFrames,
                new Before(false, rest.db(), rest.silentMs(), tracks.ending(limited, ceilingDb, mostEnding())),
                lowest());
    }

    /**
     * How many of the last frames of the segment before sound otherwise than they were made; the first of them does not. A background that goes
     * on is one case: the last frame overlaps with the first one behind it, whose background was not known when it was encoded.
     */
    private int leadFrames(Pcm limited) {
        int frames = longestLead();
        if (!before.mixed() || tracks.start < (frames + 1) * frame) {
            return 0;
        }
        if (tracks.hasStemFrom(tracks.start) && before.ending().stemSounds(tracks)) {
            return frames;
        }
        float[] aired = before.ending().aired();
        for (int i = (tracks.start - frames * frame) * tracks.channels; i < aired.length; i++) {
            if (Math.abs(aired[i] - limited.samples()[i]) > Mixer.SAME) {
                return frames;
            }
        }
        return 0;
    }

    /** The bed's attack is the longest of all that can begin before a segment. The first frame overlaps with one that stays. */
    private int longestLead() {
        return (tracks.samples(DuckEnvelope.ATTACK_MS) + frame - 1) / frame + 1;
    }

    private int mostEnding() {
        return (longestLead() + 1) * frame + tracks.samples(Tracks.LIMITER_CONTEXT_MS);
    }

    private double lowest() {
        float least = Float.MAX_VALUE;
        for (int i = tracks.start; i < tracks.start + tracks.length; i++) {
            least = Math.min(least, tracks.bedGain[i]);
        }
        double db = 20 * Math.log10(least);
        return Math.abs(db) < MOST_ROUNDING_DB ? 0 : db;
    }
}
