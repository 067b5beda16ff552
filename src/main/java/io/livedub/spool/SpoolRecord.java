package io.livedub.spool;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.RelayMark;
import io.livedub.timeline.SourceMark;
import io.livedub.timeline.SourceSeam;
import io.livedub.timeline.TimedFrame;

/** The records of a spool. Times are those of the timeline, in nanoseconds. */
public sealed interface SpoolRecord {
    /** A frame has been placed on the stream's timeline. */
    record ArrivedFrame(TimedFrame timed) implements SpoolRecord {}

    /** The source is lost, and this is its last keyframe: a slate shows it, also in the process that goes on. */
    record SlatePicture(Frame frame) implements SpoolRecord {}

    /**
     * A segment was cut. Its frames are those that came before this record, are in no earlier segment, and lie no later than the two times.
     *
     * @param sourcePtsNs the segment's beginning on the source's timeline
     * @param lastVideoNs decoding time of its last picture; {@link Long#MIN_VALUE} when it has none
     * @param lastAudioNs the same of its sound
     */
    record CutSegment(
            UUID fragmentId,
            long batch,
            long t0Ns,
            long sourcePtsNs,
            long durationNs,
            boolean full,
            boolean startsWithKeyframe,
            long lastVideoNs,
            long lastAudioNs)
            implements SpoolRecord {
        static CutSegment of(Segment segment) {
            return new CutSegment(
                    segment.fragmentId(),
                    segment.batch(),
                    segment.t0Ns(),
                    segment.sourcePtsNs(),
                    segment.durationNs(),
                    segment.full(),
                    segment.startsWithKeyframe(),
                    last(segment.video()),
                    last(segment.audio()));
        }

        private static long last(List<Frame> frames) {
            return frames.stream().mapToLong(Frame::dtsNs).max().orElse(Long.MIN_VALUE);
        }
    }

    /**
     * Records what airs of a segment in one language, when it is decided.
     *
     * @param why one line: how the dub came to its length, or why the original airs
     * @param audio dubbed frames; empty when the original airs
     */
    record HeardSound(long batch, String language, boolean dubbed, String why, List<Frame> audio)
            implements SpoolRecord {}

    /**
     * The process has ended its publication at the position before this record, and asks the next one to go on with the very next frame.
     *
     * @param seam where it has stopped reading the source; empty when it read nothing then
     * @param soundEndNs by language, up to where on the timeline its sound has aired; empty in passthrough
     */
    record HandedOver(Optional<SourceSeam> seam, Map<String, Long> soundEndNs) implements SpoolRecord {}

    /**
     * Where the stream stands. The last one says how old a spool is.
     *
     * @param monotonicNs when this was true, and {@code wallMs} the same by the wall clock
     * @param nextBatch number of the next segment
     * @param publishedZeroNs clock time of the publication's time 0; 0 before it is published
     * @param video what the source sends; empty before it is known, as is {@code audio}
     * @param air in dubbing, once something was put on the output's timeline
     * @param relay in passthrough, once something was relayed
     */
    record StreamPosition(
            long monotonicNs,
            long wallMs,
            SourceMark source,
            long nextBatch,
            long publishedZeroNs,
            Optional<VideoFormat> video,
            Optional<AudioFormat> audio,
            Optional<AirMark> air,
            Optional<RelayMark> relay)
            implements SpoolRecord {
        /**
         * The instant of the timeline that airs at the time of the position; the earliest there is while nothing airs. What is relayed has aired when it
         * has come.
         */
        long airedNs() {
            long relayedNs = relay.isPresent() ? source.endNs() : Long.MIN_VALUE;
            return air.map(mark -> monotonicNs - mark.offsetNs()).orElse(relayedNs);
        }

        /** The same position for a clock that is {@code byNs} ahead of the one that it was taken by. */
        StreamPosition shift(long byNs) {
            return new StreamPosition(
                    monotonicNs + byNs,
                    wallMs,
                    new SourceMark(source.startNs() + byNs, source.endNs()),
                    nextBatch,
                    publishedZeroNs == 0 ? 0 : publishedZeroNs + byNs,
                    video,
                    audio,
                    air.map(mark -> new AirMark(
                            mark.zeroAirNs() + byNs,
                            mark.delayNs(),
                            mark.offsetNs() + byNs,
                            mark.positionNs(),
                            mark.nextVideoNs(),
                            mark.nextAudioNs())),
                    relay);
        }
    }
}
