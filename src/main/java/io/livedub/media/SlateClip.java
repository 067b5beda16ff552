package io.livedub.media;

import java.util.List;
import java.util.Optional;

/**
 * A short film that is shown again and again while a stream has nothing to air.
 *
 * @param video its H.264 configuration
 * @param pictures in decoding order; the first one is an IDR picture with decoding time 0
 * @param durationNs length of one round
 * @param sound empty when it has none: silence is heard with it
 */
public record SlateClip(VideoFormat video, List<Picture> pictures, long durationNs, Optional<Sound> sound) {
    /**
     * One access unit.
     *
     * @param dtsNs decoding time, from the beginning of the round
     * @param compositionNs presentation time minus decoding time
     */
    public record Picture(long dtsNs, long compositionNs, boolean keyframe, byte[] data) {}

    /**
     * The sound of one round.
     *
     * @param earlyNs frame 0 lies this long before the first picture's decoding time
     */
    public record Sound(AudioFormat format, List<byte[]> frames, long earlyNs) {
        /**
         * The frame at a place of the round; empty where it has no sound.
         *
         * @param atNs from the first picture's decoding time, 0 to {@code durationNs}
         * @param durationNs of the round
         */
        Optional<byte[]> at(long atNs, long durationNs) {
            long place = Math.floorMod(atNs + earlyNs, durationNs);
            int frame = (int) (place / format.frameDurationNs());
            return frame < frames.size() ? Optional.of(frames.get(frame)) : Optional.empty();
        }
    }

    /** The sound's frame at a place, from the first picture's decoding time; empty where the sound has no frame. */
    public Optional<byte[]> soundAt(long atNs) {
        return sound.flatMap(its -> its.at(Math.floorMod(atNs, durationNs), durationNs));
    }
}
