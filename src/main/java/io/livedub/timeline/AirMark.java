package io.livedub.timeline;

/**
 * What a new process has to know of an output's timeline to go on with it, in dubbing.
 *
 * @param zeroAirNs clock time at which output time 0 airs
 * @param delayNs target of the delay behind the source's clock
 * @param offsetNs from the stream's timeline to the clock, as reached at {@code positionNs} of the timeline
 * @param positionNs up to here the stream has aired
 * @param nextVideoNs earliest output time of the next picture; {@code nextAudioNs} the same for sound, the latest of all languages
 */
public record AirMark(
        long zeroAirNs, long delayNs, long offsetNs, long positionNs, long nextVideoNs, long nextAudioNs) {}
