package io.livedub.segment;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import io.livedub.id.StreamId;
import io.livedub.media.Format;
import io.livedub.media.Frame;
import io.livedub.media.SegmentWriter;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StoredTrack;
import io.livedub.stream.events.StreamEvent;

/**
 * The files of one stream's segments. A file appears under its name only when it is whole. A disk that is full or read-only costs
 * the file and nothing else.
 *
 * <p>Blocking; call it from one worker thread.
 */
public final class SegmentStore {
    /** Contract: a shorter last part is aired and not written. */
    static final long LEAST_NS = 1_000_000_000L;

    private final StreamId streamId;
    private final Path folder;
    private final SegmentFiles files;
    private final SegmentWriter writer;
    private final Consumer<StreamEvent> events;
    private boolean failing;

    public SegmentStore(Path root, StreamId streamId, SegmentWriter writer, Consumer<StreamEvent> events) {
        this.files = new SegmentFiles(root);
        this.streamId = streamId;
        this.folder = files.folder(streamId);
        this.writer = writer;
        this.events = events;
    }

    /** The number behind the highest one found; 0 when no segment is found or the folder cannot be read (which is warned of). */
    public long nextBatch() {
        try {
            return files.highestBatch(streamId) + 1;
        } catch (IOException e) {
            events.accept(new LifeEvent.Warning("segments of earlier runs cannot be listed, counting from 0: " + e));
            return 0;
        }
    }

    /**
     * A number for when the folder cannot be looked through: greater than those of all earlier runs, whose files must not be replaced. No run
     * has cut a segment in each second since 1970.
     */
    public long batchUnseen(InstantSource time) {
        return time.instant().getEpochSecond();
    }

    /**
     * The segment's audio as a file in memory, which STS needs whether or not there is a disk.
     *
     * @throws SegmentWriter.SegmentWriteException when the muxer fails
     * @throws IllegalArgumentException when the segment has no audio
     */
    public byte[] audioM4a(Segment segment) {
        if (segment.audio().isEmpty()) {
            throw new IllegalArgumentException("segment " + segment.batch() + " has no audio");
        }
        return writer.mux(ofOneFormat(segment.audio(), segment.audioFormat()), segment.t0Ns());
    }

    public WriteResult writeVideo(Segment segment) {
        if (segment.video().isEmpty()) {
            return new WriteResult.Skipped("no video");
        }
        List<Frame> frames = ofOneFormat(segment.video(), segment.videoFormat());
        return write(segment, StoredTrack.VIDEO, aside -> writer.muxTo(aside, frames, segment.t0Ns()));
    }

    /** @param m4a what {@link #audioM4a} made */
    public WriteResult writeAudio(Segment segment, byte[] m4a) {
        return write(segment, StoredTrack.AUDIO, aside -> Files.write(aside, m4a));
    }

    /**
     * @param frames dubbed audio as it airs
     * @param suffix of the file's name in front of the extension
     */
    public WriteResult writeDubbed(Segment segment, List<Frame> frames, String suffix) {
        return write(
                segment,
                StoredTrack.AUDIO_DUBBED,
                suffix,
                aside -> Files.write(aside, writer.mux(frames, segment.t0Ns())));
    }

    /** A file that will never be written, whoever decided so: it counts as lost. */
    public void givenUp(Segment segment, StoredTrack track, String why) {
        if (isWritten(segment)) {
            events.accept(new SegmentEvent.FileLost(track, why));
        }
    }

    @FunctionalInterface
    private interface FileWrite {
        void to(Path aside) throws IOException;
    }

    private WriteResult write(Segment segment, StoredTrack track, FileWrite write) {
        return write(segment, track, "", write);
    }

    private WriteResult write(Segment segment, StoredTrack track, String suffix, FileWrite write) {
        if (!isWritten(segment)) {
            return new WriteResult.Skipped("the last part is shorter than 1 s");
        }
        Path target = folder.resolve(track.fileName(segment.batch(), suffix));
        Path aside = SegmentFiles.temporary(target, UUID.randomUUID().toString().substring(0, 8));
        try {
            writeAside(aside, write);
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error e) {
            // Whatever it was, it cost this file and nothing else.
            discard(aside);
            return failed(track, e);
        }
        if (failing) {
            failing = false;
            events.accept(new LifeEvent.Warning("segments are written again"));
        }
        SegmentEvent.FileWritten done = new SegmentEvent.FileWritten(
                segment.fragmentId(),
                streamId,
                segment.batch(),
                segment.t0Ns(),
                segment.durationNs(),
                target,
                segment.startsWithKeyframe(),
                track);
        events.accept(done);
        return new WriteResult.Written(done);
    }

    private void writeAside(Path aside, FileWrite write) throws IOException {
        files.make(folder);
        try {
            SegmentFiles.create(aside);
        } catch (NoSuchFileException swept) {
            // Another process removes empty folders too, and did so just now.
            files.make(folder);
            SegmentFiles.create(aside);
        }
        write.to(aside);
    }

    private static boolean isWritten(Segment segment) {
        return segment.full() || segment.durationNs() >= LEAST_NS;
    }

    private WriteResult failed(StoredTrack track, Throwable cause) {
        String why = cause instanceof SegmentWriter.SegmentWriteException ? cause.getMessage() : cause.toString();
        if (!failing) {
            failing = true;
            events.accept(
                    new LifeEvent.Warning("segments cannot be written, the stream goes on without its files: " + why));
        }
        events.accept(new SegmentEvent.FileLost(track, why));
        return new WriteResult.WriteFailed(why);
    }

    private static void discard(Path aside) {
        try {
            Files.deleteIfExists(aside);
        } catch (IOException e) {
            // The disk that refused the file refuses this as well; what is left is removed by the retention.
            return;
        }
    }

    // A track that lags by more than the segmenter waits, or changes again and again, can bring two configurations into
    // one segment; a file has one.
    private static List<Frame> ofOneFormat(List<Frame> frames, Format format) {
        return frames.stream().filter(frame -> frame.format().equals(format)).toList();
    }
}
