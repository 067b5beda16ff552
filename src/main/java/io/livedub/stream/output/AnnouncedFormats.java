package io.livedub.stream.output;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;

/**
 * What an output announces of its tracks. A server may keep to the sound that a publication began with: MediaMTX ignores AAC settings that
 * change on the way, and where a path is always available it closes a publication with other ones. Not thread-safe.
 */
final class AnnouncedFormats {
    private VideoFormat video;
    private AudioFormat audio;
    /** With which the publication of now began; null before the first. */
    private AudioFormat announced;
    /** With which one has held; null before. */
    private AudioFormat held;
    /** With which one was let in and lost at once; null when none was. */
    private AudioFormat refused;

    void begin(VideoFormat firstVideo, AudioFormat firstAudio) {
        video = firstVideo;
        audio = firstAudio;
    }

    VideoFormat video() {
        return video;
    }

    /**
     * A publication that begins anew begins with the formats of now.
     *
     * @return whether the sound has changed with this frame, to another one than the publication has announced
     */
    boolean learn(Frame frame) {
        if (frame.format() instanceof VideoFormat format) {
            video = format;
        } else if (frame.format() instanceof AudioFormat format && format != audio) {
            boolean changed = !isSame(format, audio);
            audio = format;
            return changed && announced != null && !isSame(format, announced);
        }
        return false;
    }

    /** What the next publication begins with: the sound of now, or the one before where the server has refused the sound of now. */
    AudioFormat announce() {
        announced = held != null && audio.equals(refused) ? held : audio;
        return announced;
    }

    /** The publication of now is on air. */
    void held() {
        held = announced;
    }

    /** The publication of now was let in and lost at once. The next one announces the other sound, whichever that is. */
    void refused() {
        refused = held == null || announced.equals(held) ? null : announced;
    }

    /** Whether it is the sound that was announced, and that is not on air any more. */
    boolean isStale(AudioFormat served) {
        return isSame(served, announced) && !isSame(served, audio);
    }

    /** For a decoder. A server may write the same settings in other bytes. */
    private static boolean isSame(AudioFormat one, AudioFormat other) {
        return one.sampleRateHz() == other.sampleRateHz()
                && one.channels() == other.channels()
                && one.objectType() == other.objectType();
    }
}
