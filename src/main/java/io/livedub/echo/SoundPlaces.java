package io.livedub.echo;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.M4aReader;

/**
 * Where the sound of each fragment of one session lies at the source. A fragment's time stamp is the instant at which its segment was cut; its
 * first AAC frame begins up to a frame before or behind that. A background that were taken from a recording at the time stamps would jump by
 * as much at each joint. A service that separates the background from the sound that it was sent has no such jumps, so a fragment's sound goes
 * on where the one before it ended.
 *
 * <p>Not thread-safe: fragments are placed in the order in which they come.
 */
final class SoundPlaces {
    /** The first fragment's sound begins up to a frame beside its time stamp, and each later one up to half a frame. */
    private static final int MOST_FRAMES_BESIDE = 2;

    private long endNs = Long.MIN_VALUE;

    /**
     * Sound at the source.
     *
     * @param fromNs its first sample
     * @param lengthNs as long as the AAC frames that were sent
     */
    record Place(long fromNs, long lengthNs) {
        /** Of a fragment by itself: from its time stamp on, as long as it is labelled. */
        static Place of(ReceivedFragment fragment) {
            return new Place(fragment.sourcePtsNs(), fragment.durationMs() * 1_000_000L);
        }
    }

    Place next(ReceivedFragment fragment) {
        Place labelled = Place.of(fragment);
        long lengthNs = labelled.lengthNs();
        long frameNs = 0;
        try {
            AacClip clip = M4aReader.read(fragment.audio());
            // The file's own duration is rounded to milliseconds.
            lengthNs = clip.format().framesToNs(clip.frames().size());
            frameNs = clip.format().frameDurationNs();
        } catch (CodecException unreadable) {
            // The label has to do; it is whole milliseconds, so the next fragment begins at its own time stamp.
        }
        boolean goesOn = endNs != Long.MIN_VALUE && Math.abs(labelled.fromNs() - endNs) <= MOST_FRAMES_BESIDE * frameNs;
        Place place = new Place(goesOn ? endNs : labelled.fromNs(), lengthNs);
        endNs = place.fromNs() + lengthNs;
        return place;
    }
}
