package io.livedub.dub;

import java.util.List;
import java.util.Optional;

import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.sound.Mixer;
import io.livedub.stream.events.SegmentEvent;

/**
 * A segment as it goes on air: its own video, untouched, and audio of exactly the same length.
 *
 * @param segment what was cut
 * @param audio dubbed frames at the times of the original ones, or the original ones themselves
 * @param airing which of the two, and why
 * @param tail the last of {@code audio} once more, for the case that original sound follows; empty when they are to stay
 * @param lead the last frames of the segment before once more, for the case that its dub aired; empty when they are to stay
 * @param levels of a dub that was put into the stream's sound
 * @param next what the next segment's sound goes on from
 */
public record AiredSegment(
        Segment segment,
        List<Frame> audio,
        Airing airing,
        List<Frame> tail,
        List<Frame> lead,
        Optional<Levels> levels,
        Neighbour next) {
    /** A dub that airs alone, or the original. */
    public AiredSegment(Segment segment, List<Frame> audio, Airing airing) {
        this(
                segment,
                audio,
                airing,
                List.of(),
                List.of(),
                Optional.empty(),
                Neighbour.of(
                        segment, airing instanceof Airing.AirsOriginal ? Mixer.Before.ORIGINAL : Mixer.Before.NOTHING));
    }

    /** Dubbed, or original. */
    public sealed interface Airing {
        /** One line for the log: how the dubbed audio was fitted, or why the original airs. */
        String why();

        /** Empty when STS does not tell; so is {@link #translation}. */
        default String transcript() {
            return "";
        }

        default String translation() {
            return "";
        }

        record AirsDubbed(String why, String transcript, String translation) implements Airing {}

        record AirsOriginal(String why) implements Airing {}
    }

    public boolean dubbed() {
        return airing instanceof Airing.AirsDubbed;
    }

    /**
     * That it was put on the output's timeline.
     *
     * @param outputNs its beginning in the publication's time
     * @param airNs the same as clock time
     */
    public SegmentEvent.Aired aired(long outputNs, long airNs) {
        return new SegmentEvent.Aired(
                segment.fragmentId(),
                segment.batch(),
                outputNs,
                airNs,
                segment.durationNs(),
                dubbed(),
                airing.why(),
                airing.transcript(),
                airing.translation());
    }

    public static AiredSegment original(Segment segment, String why) {
        return new AiredSegment(segment, segment.audio(), new Airing.AirsOriginal(why));
    }
}
