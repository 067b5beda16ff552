package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;

import io.livedub.id.StreamId;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.segment.Segment;
import io.livedub.segment.Segmenter;
import io.livedub.spool.SpoolRecord.HeardSound;
import io.livedub.spool.SpoolRecord.StreamPosition;
import io.livedub.support.VirtualClock;
import io.livedub.timeline.AirMark;
import io.livedub.timeline.SourceMark;
import io.livedub.timeline.TimedFrame;

/** A stream of 25 pictures a second with a keyframe each second, cut each 2 s, on air 5 s after it came; its spool is written on a virtual clock. */
final class SpooledStream {
    static final long S = 1_000_000_000L;
    static final long DELAY_NS = 5 * S;
    static final UUID BOOT = new UUID(7, 8);
    static final VideoFormat AVC = new VideoFormat(new byte[] {1, 2, 3}, 320, 240);
    static final AudioFormat AAC = AudioFormat.aacLc(48000, 2);
    private static final long START_NS = 1000 * S;
    private static final long WALL_MS = 1_700_000_000_000L;

    final VirtualClock clock = new VirtualClock(START_NS);
    final SpoolFolder folder;
    final List<String> givenUp = new ArrayList<>();
    final List<Segment> cut = new ArrayList<>();
    final List<TimedFrame> arrived = new ArrayList<>();
    final Spool spool;
    private final Segmenter segmenter = new Segmenter(2 * S, 100);
    private final StreamLock lock;
    private int pictures;
    private int sounds;

    SpooledStream(Path segments) {
        this(segments, Runnable::run);
    }

    SpooledStream(Path segments, Executor lane) {
        folder = new SpoolFolder(segments, new StreamId("test"));
        lock = ((StreamLock.LockOutcome.Locked) StreamLock.tryLock(folder, () -> {})).lock();
        spool = new Spool(
                new SpoolPlace(folder, () -> lock, BOOT, lane, clock),
                Duration.ofMillis(100),
                Optional.empty(),
                this::position,
                givenUp::add);
        spool.begin();
    }

    /** What both clocks say now; the wall clock may have been set. */
    ClockReading reading(UUID boot, long wallSetMs) {
        return new ClockReading(clock.nowNs(), WALL_MS + (clock.nowNs() - START_NS) / 1_000_000 + wallSetMs, boot);
    }

    StreamPosition position() {
        return new StreamPosition(
                clock.nowNs(),
                reading(BOOT, 0).wallMs(),
                new SourceMark(START_NS, clock.nowNs() - START_NS),
                100 + cut.size(),
                START_NS + DELAY_NS,
                Optional.of(AVC),
                Optional.of(AAC),
                Optional.of(new AirMark(
                        START_NS + DELAY_NS,
                        DELAY_NS,
                        START_NS + DELAY_NS,
                        Math.max(0, clock.nowNs() - START_NS - DELAY_NS),
                        0,
                        0)),
                Optional.empty());
    }

    /** The stream runs for so long; every second segment is dubbed when it is cut. */
    SpooledStream run(long seconds) {
        long untilNs = clock.nowNs() + seconds * S;
        while (clock.nowNs() < untilNs) {
            clock.advanceMs(20);
            long sinceNs = clock.nowNs() - START_NS;
            for (; pictures * S / 25 < sinceNs; pictures++) {
                accept(new Frame(
                        AVC, pictures * S / 25, pictures * S / 25, pictures % 25 == 0, clock.nowNs(), data(24)));
            }
            for (; AAC.framesToNs(sounds) < sinceNs; sounds++) {
                accept(new Frame(AAC, AAC.framesToNs(sounds), AAC.framesToNs(sounds), true, clock.nowNs(), data(8)));
            }
        }
        return this;
    }

    private byte[] data(int length) {
        byte[] data = new byte[length];
        data[0] = (byte) pictures;
        data[1] = (byte) sounds;
        return data;
    }

    private void accept(Frame frame) {
        TimedFrame timed = new TimedFrame(frame, 0, frame.ptsNs() + 17);
        arrived.add(timed);
        spool.arrived(List.of(timed));
        for (Segment segment : segmenter.accept(timed)) {
            cut.add(segment);
            spool.cut(segment);
            if (segment.batch() % 2 == 0) {
                List<Frame> dub = segment.audio().stream()
                        .map(each -> new Frame(AAC, each.ptsNs(), each.dtsNs(), true, 0, new byte[] {9, 9}))
                        .toList();
                spool.heard(new HeardSound(segment.batch(), "es", true, "fits", dub));
            }
        }
    }

    /** As the system does with the lock of a process that is killed. */
    void killed() throws IOException {
        spool.leave();
        lock.close();
    }
}
