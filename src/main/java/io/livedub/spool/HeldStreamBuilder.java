package io.livedub.spool;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.spool.HeldStream.HeldSegment;
import io.livedub.spool.SpoolRecord.ArrivedFrame;
import io.livedub.spool.SpoolRecord.CutSegment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.timeline.TimedFrame;

/** Puts a stream together from its records, in the order in which they were written. */
final class HeldStreamBuilder {
    private final TreeMap<Long, Segment> segments = new TreeMap<>();
    private final Map<Long, Map<String, HeardSound>> sounds = new TreeMap<>();
    private List<TimedFrame> open = new ArrayList<>();
    private StreamPosition position;
    private HandedOver handedOver;
    private Frame slate;
    private long untilNs = Long.MIN_VALUE;

    void add(SpoolRecord record) {
        untilNs = Math.max(untilNs, untilNs(record));
        if (record instanceof ArrivedFrame arrived) {
            open.add(arrived.timed());
        } else if (record instanceof SlatePicture shown) {
            slate = shown.frame();
        } else if (record instanceof CutSegment cut) {
            // A process that goes on says again what it cuts of what it found.
            segments.computeIfAbsent(cut.batch(), first -> cut(cut));
        } else if (record instanceof HeardSound sound) {
            // The segment's own record may be gone with a file of which all has aired but this.
            if (segments.containsKey(sound.batch())) {
                sounds.computeIfAbsent(sound.batch(), first -> new LinkedHashMap<>())
                        .put(sound.language(), sound);
            }
        } else if (record instanceof StreamPosition stands) {
            position = stands;
            handedOver = null;
        } else if (record instanceof HandedOver handed) {
            handedOver = handed;
        }
    }

    /** The latest instant of the timeline that a record says something of; the least there is when it says nothing of one. */
    static long untilNs(SpoolRecord record) {
        if (record instanceof ArrivedFrame arrived) {
            return Math.max(
                    arrived.timed().frame().dtsNs(), arrived.timed().frame().ptsNs());
        } else if (record instanceof CutSegment cut) {
            return cut.t0Ns() + cut.durationNs();
        } else if (record instanceof HeardSound sound && !sound.audio().isEmpty()) {
            return sound.audio().get(sound.audio().size() - 1).ptsNs();
        }
        return Long.MIN_VALUE;
    }

    /** The end of the segments that were added since the last call. */
    long takeUntilNs() {
        long until = untilNs;
        untilNs = Long.MIN_VALUE;
        return until;
    }

    Optional<StreamPosition> position() {
        return Optional.ofNullable(position);
    }

    /** @param byNs by how much the clock of this process is ahead of the one that the records were written by */
    HeldStream build(long byNs, Duration age, boolean cutOff, HeldStream.Files files) {
        List<HeldSegment> held = new ArrayList<>();
        segments.forEach((batch, segment) -> held.add(new HeldSegment(segment, sounds.getOrDefault(batch, Map.of()))));
        Optional<HandedOver> handed = Optional.ofNullable(handedOver)
                .map(over -> new HandedOver(over.seam().map(seam -> seam.shift(byNs)), over.soundEndNs()));
        return new HeldStream(
                position.shift(byNs),
                List.copyOf(held),
                List.copyOf(open),
                age,
                cutOff,
                handed,
                Optional.ofNullable(slate),
                files);
    }

    private Segment cut(CutSegment cut) {
        List<Frame> video = new ArrayList<>();
        List<Frame> audio = new ArrayList<>();
        List<TimedFrame> behind = new ArrayList<>();
        for (TimedFrame timed : open) {
            Frame frame = timed.frame();
            boolean isVideo = frame.track() == Track.VIDEO;
            if (frame.dtsNs() > (isVideo ? cut.lastVideoNs() : cut.lastAudioNs())) {
                behind.add(timed);
            } else if (isVideo) {
                video.add(frame);
            } else {
                audio.add(frame);
            }
        }
        open = behind;
        return new Segment(
                cut.fragmentId(),
                cut.batch(),
                cut.t0Ns(),
                cut.sourcePtsNs(),
                cut.durationNs(),
                cut.full(),
                cut.startsWithKeyframe() && !video.isEmpty() && video.get(0).keyframe(),
                List.copyOf(video),
                List.copyOf(audio),
                video.isEmpty() ? null : (VideoFormat) video.get(0).format(),
                audio.isEmpty() ? null : (AudioFormat) audio.get(0).format(),
                null);
    }
}
