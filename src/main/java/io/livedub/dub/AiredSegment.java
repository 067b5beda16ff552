package io.livedub.dub;

import java.util.List;

import io.livedub.media.Frame;
import io.livedub.segment.Segment;

/**
 * A segment as it goes on air: its own video, untouched, and audio of exactly the same length.
 *
 * @param segment what was cut
 * @param audio dubbed frames at the times of the original ones, or the original ones themselves
 * @param airing which of the two, and why
 */
public record AiredSegment(Segment segment, List<Frame> audio, Airing airing) {
    /** Dubbed, or original. */
    public sealed interface Airing {
        /** {@code fit} is one line on how the audio came to its length. */
        record Dubbed(String fit, String transcript, String translation) implements Airing {}

        record Original(String why) implements Airing {}
    }

    public boolean dubbed() {
        return airing instanceof Airing.Dubbed;
    }

    static AiredSegment original(Segment segment, String why) {
        return new AiredSegment(segment, segment.audio(), new Airing.Original(why));
    }
}
