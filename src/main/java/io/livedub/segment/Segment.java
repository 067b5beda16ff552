package io.livedub.segment;

import java.util.List;
import java.util.UUID;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.SegmentEvent;

/**
 * A stretch of both tracks, cut at the same instants of the stream's timeline. Held in memory until aired; its files are the record.
 *
 * @param fragmentId correlation key towards STS and in the record
 * @param batch counts from 0 (or from behind the highest number found on disk) and never goes back
 * @param t0Ns where it begins on the stream's timeline
 * @param sourcePtsNs the same instant on the source's timeline
 * @param durationNs its place on the timeline: to the next segment's {@code t0Ns}, or to the end of the longer track
 * @param full false for the last one before an end, a loss or a jump of the source
 * @param startsWithKeyframe whether the first video frame is one
 * @param video access units in decode order; may be empty
 * @param audio AAC frames without a hole, silent ones where the source had none; may be empty
 * @param videoFormat of the first access unit; null without one
 * @param audioFormat of the first audio frame, and of all but those of {@link #otherSoundNs()}; null without one
 * @param following the first audio frame behind it, which a mix of its sound goes on into; null when none is known
 */
public record Segment(
        UUID fragmentId,
        long batch,
        long t0Ns,
        long sourcePtsNs,
        long durationNs,
        boolean full,
        boolean startsWithKeyframe,
        List<Frame> video,
        List<Frame> audio,
        VideoFormat videoFormat,
        AudioFormat audioFormat,
        Frame following) {

    public Segment {
        video = List.copyOf(video);
        audio = List.copyOf(audio);
    }

    public long endNs() {
        return t0Ns + durationNs;
    }

    /** How long the frames of sound last that have another format than the first: of a source that changes it again and again. */
    public long otherSoundNs() {
        return audio.stream()
                .filter(frame -> !frame.format().equals(audioFormat))
                .mapToLong(frame -> ((AudioFormat) frame.format()).frameDurationNs())
                .sum();
    }

    /** Payload bytes of all frames. */
    public long bytes() {
        return bytes(video) + bytes(audio);
    }

    /** The event of this segment's completion. */
    public SegmentEvent.Cut cut() {
        List<Frame> first = video.isEmpty() ? audio : video;
        long arrivalNs = first.isEmpty() ? 0 : first.get(0).arrivalNs();
        return new SegmentEvent.Cut(fragmentId, batch, durationNs, arrivalNs, !audio.isEmpty());
    }

    private static long bytes(List<Frame> frames) {
        long sum = 0;
        for (Frame frame : frames) {
            sum += frame.size();
        }
        return sum;
    }
}
