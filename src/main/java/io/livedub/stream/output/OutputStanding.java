package io.livedub.stream.output;

import java.util.List;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;

/** Where an output stands. */
sealed interface OutputStanding {
    /** @param early frames that were due before it was opened */
    record Unopened(List<Frame> early) implements OutputStanding {}

    record OnAir(CountedPublication counted) implements OutputStanding {}

    /** @param retry of the next attempt to publish it again */
    record Away(MediaClock.Timer retry) implements OutputStanding {}

    record OutputOver() implements OutputStanding {}
}
