package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

import io.livedub.media.Frame;
import io.livedub.segment.Segment;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.timeline.TimedFrame;

/**
 * What a spool holds of a stream, on the clock of the process that reads it.
 *
 * @param position where the stream stood
 * @param segments cut and perhaps not aired, in order; of the first ones frames may be missing that have aired
 * @param open frames that are in no segment yet, in the order in which they came
 * @param age how long ago the last record was written
 * @param cutOff whether the last record is not whole, as a process leaves it that is killed while it writes
 * @param handedOver that the process has ended at the position, for another one to go on; empty when it died
 * @param slatePicture the last keyframe of a source that was lost; empty when it was not
 */
public record HeldStream(
        StreamPosition position,
        List<HeldSegment> segments,
        List<TimedFrame> open,
        Duration age,
        boolean cutOff,
        Optional<HandedOver> handedOver,
        Optional<Frame> slatePicture,
        Files files) {
    /** The same stream, with segments behind those that it has. */
    public HeldStream with(List<Segment> cutSince) {
        List<HeldSegment> all = new ArrayList<>(segments);
        cutSince.forEach(segment -> all.add(new HeldSegment(segment, Map.of())));
        return new HeldStream(position, List.copyOf(all), List.of(), age, cutOff, handedOver, slatePicture, files);
    }

    /** The same stream for a process that was not ready to go on with the next frame: it goes on as after a crash. */
    public HeldStream asAfterCrash() {
        return new HeldStream(position, segments, open, age, cutOff, Optional.empty(), slatePicture, files);
    }

    /** Where the last segment ends on the timeline; 0 without a segment. */
    public long cutUntilNs() {
        return segments.isEmpty()
                ? 0
                : segments.get(segments.size() - 1).segment().endNs();
    }

    /** @param sounds what was decided of it, by language; a language that is not in it was not decided */
    public record HeldSegment(Segment segment, Map<String, HeardSound> sounds) {}

    /**
     * The files that it was read from: whoever goes on with the stream goes on with these.
     *
     * @param generation the same for all files that belong together
     * @param next number of the next file
     * @param untilNs the latest instant of the timeline that each file says something of, by its number
     * @param lastBytes length of the last file's whole records
     */
    public record Files(UUID generation, int next, Map<Integer, Long> untilNs, long lastBytes) {
        /** Whether no process has written to them since they were read. Blocking. */
        public boolean areTheLastIn(SpoolFolder folder) throws IOException {
            TreeMap<Integer, Path> there = folder.files();
            return !there.isEmpty()
                    && there.lastKey() == next - 1
                    && java.nio.file.Files.size(there.lastEntry().getValue()) == lastBytes;
        }
    }
}
