package io.livedub.stream.output;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.livedub.media.MediaSink.Pacing;
import io.livedub.media.MediaSource;

/**
 * On which terms an output is published.
 *
 * @param atOnce frames leave as they come, in place of each at its time
 * @param grace how long a publication that has held may be lost before it is given up
 * @param comesBack whether one that is lost may be made anew
 * @param othersOnAir whether another output of the stream is on air: as long as one is, this one is never given up
 * @param asViewer reads what is published
 */
public record OutputTerms(
        boolean atOnce,
        Duration grace,
        boolean comesBack,
        BooleanSupplier othersOnAir,
        Supplier<MediaSource> asViewer) {
    Pacing pacing() {
        return atOnce ? Pacing.IMMEDIATE : Pacing.TIMED;
    }
}
