package io.livedub.stream.chain;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;

/**
 * Passthrough: sound leaves with the next picture. Each departure wakes two threads of the output, and frames that leave one by one
 * wake them twice as often. Not thread-safe.
 */
final class SoundBundle {
    /**
     * Sound that lasts this long leaves without a picture, such as that of a source of 10 pictures a second: three frames at 48 kHz, of which the
     * first has waited for 43 ms.
     */
    static final long MOST_NS = 60_000_000L;

    private final List<Frame> waiting = new ArrayList<>();
    private long lastsNs;

    /** What leaves now that these frames may leave: all that has waited, in its order, or nothing. */
    List<Frame> with(List<Frame> frames) {
        boolean picture = false;
        for (Frame frame : frames) {
            picture |= frame.track() == Track.VIDEO;
            lastsNs += frame.format() instanceof AudioFormat sound ? sound.frameDurationNs() : 0;
        }
        if (picture || lastsNs >= MOST_NS) {
            return all(frames);
        }
        waiting.addAll(frames);
        return List.of();
    }

    /** The same where nothing is to wait: what follows comes much later, or never. */
    List<Frame> all(List<Frame> frames) {
        lastsNs = 0;
        if (waiting.isEmpty()) {
            return frames;
        }
        List<Frame> together = new ArrayList<>(waiting);
        together.addAll(frames);
        waiting.clear();
        return together;
    }
}
