package io.livedub.stream.chain;

import java.time.Duration;

import io.smallrye.mutiny.Uni;

import io.livedub.dub.AiredSegment;
import io.livedub.media.AudioFormat;
import io.livedub.segment.Segment;
import io.livedub.sound.DubSound;

/** Makes the sound of one language. No method blocks or throws. */
interface Dubbing {
    /** Results that are to air are waited for: each has a deadline of its own. */
    Duration PATIENT = Duration.ofHours(1);

    /** The stream's audio is known. */
    void begin(AudioFormat audio);

    /**
     * @param m4a the segment's audio as a file in memory
     * @return what airs in the segment's place, before it airs; never fails
     */
    Uni<AiredSegment> start(Segment segment, Uni<byte[]> m4a);

    /** Changes the sound of dubs, from the next segment on. */
    void sound(DubSound wanted);

    /** A segment is about to be put on the output's timeline. */
    void join(AiredSegment next);

    /** The segment was put on the output's timeline. */
    void aired(AiredSegment segment);

    /** What was made of the segment does not air, though there is nothing wrong with it. */
    void withheld(AiredSegment made);

    void sourceLost(String reason);

    void sourceBack();

    /** Whether all that airs will be original sound for good, unless a service that was given up is back. */
    boolean isLost();

    /**
     * No more segments come. Completes when the service knows.
     *
     * @param patience for how long results are awaited before the service learns of the end
     */
    Uni<Void> end(String reason, Duration patience);

    void close();
}
