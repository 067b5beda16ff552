package io.livedub.dub;

import java.util.List;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.sound.Mixer;

/**
 * The segment before, as far as the next one's sound goes on from it.
 *
 * @param endNs where its audio ends on the stream's timeline
 * @param original its last {@value #KEPT} frames of original sound, whether that aired or not; fewer when it has fewer
 * @param aired how it ended on air
 */
record Neighbour(long endNs, List<Frame> original, Mixer.Before aired) {
    /** A decoder needs one frame to begin with; the sound of the other one leads into the segment. */
    static final int LEAD_IN = 2;

    /** Samples at the end of a segment that the next dub may change: 50 ms at 96 kHz and one frame that overlaps. */
    static final int KEPT = 8;

    static final Neighbour NONE = new Neighbour(Long.MIN_VALUE, List.of(), Mixer.Before.NOTHING);

    static Neighbour of(Segment segment, Mixer.Before aired) {
        List<Frame> audio = segment.audio();
        if (audio.isEmpty()) {
            return NONE;
        }
        Frame last = audio.get(audio.size() - 1);
        return new Neighbour(
                last.ptsNs() + ((AudioFormat) last.format()).frameDurationNs(),
                List.copyOf(audio.subList(Math.max(0, audio.size() - KEPT), audio.size())),
                aired);
    }

    /** Frames from which the original of the next segment is decoded; empty when the next segment is unknown. */
    List<Frame> leadIn() {
        return last(Math.min(original.size(), LEAD_IN));
    }

    /** @param count at most {@value #KEPT} */
    List<Frame> last(int count) {
        return original.subList(original.size() - count, original.size());
    }

    /** This neighbour, or {@link #NONE} when a hole lies before the segment, or when the format of the sound changes there. */
    Neighbour before(Segment segment) {
        Frame first = segment.audio().get(0);
        boolean follows = original.size() >= LEAD_IN
                && original.get(original.size() - 1).format().equals(first.format())
                && Math.abs(first.ptsNs() - endNs) <= segment.audioFormat().frameDurationNs() / 2;
        return follows ? this : NONE;
    }
}
