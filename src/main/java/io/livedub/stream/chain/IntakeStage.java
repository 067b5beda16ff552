package io.livedub.stream.chain;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

import io.smallrye.mutiny.Multi;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.segment.Segmenter;
import io.livedub.stream.FrameAdmission;
import io.livedub.stream.source.SourceEvent;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

/**
 * From what the source gives to frames on the stream's timeline, and to segments that are cut from them. More frames than a stream may hold
 * are dropped here ({@link FrameAdmission}). Used by one thread at a time.
 */
final class IntakeStage {
    private final SourceTimeline timeline;
    private final Segmenter segmenter;
    private final BiConsumer<VideoFormat, AudioFormat> onFormats;
    private final Consumer<AudioFormat> onOtherSound;
    private final FrameAdmission admission = new FrameAdmission(FrameAdmission.mostBytes());
    private final LongSupplier heldBehind;
    private final LongPredicate isDue;
    /** Of frames that wait in the segmenter, at the most. Those that have no place on the timeline yet are bounded there, and some never get one. */
    private long openBytes;

    private VideoFormat video;
    private AudioFormat audio;
    private boolean told;

    /**
     * What became of one event of the source.
     *
     * @param frames on the timeline; what was still held when the source is lost comes with the loss
     * @param segments that are complete with these frames; a loss closes the one that was being filled, and a silence when it is due
     */
    record TakenIn(SourceEvent event, List<TimedFrame> frames, List<Segment> segments) {}

    /**
     * @param onFormats called once, when both tracks' formats are known and the timeline has begun
     * @param onOtherSound called when the audio's format changes after that
     * @param heldBehind bytes of the stream that are held behind the segmenter
     * @param isDue whether what begins here on the timeline can wait no longer for the rest of its segment
     */
    IntakeStage(
            SourceTimeline timeline,
            Segmenter segmenter,
            BiConsumer<VideoFormat, AudioFormat> onFormats,
            Consumer<AudioFormat> onOtherSound,
            LongSupplier heldBehind,
            LongPredicate isDue) {
        this.timeline = timeline;
        this.segmenter = segmenter;
        this.onFormats = onFormats;
        this.onOtherSound = onOtherSound;
        this.heldBehind = heldBehind;
        this.isDue = isDue;
    }

    Multi<TakenIn> apply(Multi<SourceEvent> events) {
        return events.onItem().transform(event -> {
            List<TimedFrame> frames = timed(event);
            return new TakenIn(event, frames, cut(frames, !flows(event) || isDueInSilence(event)));
        });
    }

    /** Another process has told the formats of this source. */
    void resume(VideoFormat knownVideo, AudioFormat knownAudio) {
        video = knownVideo;
        audio = knownAudio;
        told = true;
    }

    private static boolean flows(SourceEvent event) {
        return event instanceof SourceEvent.Arrived
                || event instanceof SourceEvent.Back
                || event instanceof SourceEvent.FellSilent
                || event instanceof SourceEvent.SourceHandedOver;
    }

    /** Whether the part of a segment that is there would air too late if it waited for the rest, which does not come. */
    private boolean isDueInSilence(SourceEvent event) {
        return event instanceof SourceEvent.FellSilent
                && segmenter.heldFromNs().stream().anyMatch(isDue);
    }

    private List<TimedFrame> timed(SourceEvent event) {
        if (event instanceof SourceEvent.Arrived arrived) {
            if (!admission.admit(arrived.frame(), openBytes + heldBehind.getAsLong())) {
                return List.of();
            }
            List<TimedFrame> timed = timeline.accept(arrived.frame());
            learn(arrived.frame());
            return timed;
        }
        if (event instanceof SourceEvent.Back back && back.goesOn()) {
            timeline.goOn();
        }
        return flows(event) ? List.of() : timeline.sourceLost();
    }

    private List<Segment> cut(List<TimedFrame> frames, boolean flush) {
        if (frames.isEmpty() && !flush) {
            return List.of();
        }
        List<Segment> complete = new ArrayList<>(1);
        for (TimedFrame frame : frames) {
            openBytes += frame.frame().size();
            complete.addAll(segmenter.accept(frame));
        }
        if (flush) {
            complete.addAll(segmenter.flush());
        }
        if (flush || !complete.isEmpty()) {
            openBytes = segmenter.heldBytes();
        }
        return complete;
    }

    /** Frames that were dropped because more came than may be held. */
    long dropped() {
        return admission.dropped();
    }

    private void learn(Frame frame) {
        if (told) {
            learnSound(frame);
            return;
        }
        if (frame.format() instanceof VideoFormat format) {
            video = format;
        } else if (frame.format() instanceof AudioFormat format) {
            audio = format;
        }
        if (video != null && audio != null && timeline.clock().known()) {
            told = true;
            onFormats.accept(video, audio);
        }
    }

    private void learnSound(Frame frame) {
        // The same instance until it changes; a source that was lost and is back has a new one, which may be equal.
        if (frame.format() instanceof AudioFormat format && format != audio) {
            boolean other = !format.equals(audio);
            audio = format;
            if (other) {
                onOtherSound.accept(format);
            }
        }
    }
}
