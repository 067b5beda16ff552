package io.livedub.stream.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.media.MediaClock;
import io.livedub.segment.SegmentStore;
import io.livedub.stream.Recorder;
import io.livedub.support.FakeSegmentWriter;
import io.livedub.support.Segments;
import io.livedub.support.Shell;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What hangs with the disk, and what does not. */
class DiskThreadsTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final CountDownLatch disk = new CountDownLatch(1);
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    private void hang() {
        begun.incrementAndGet();
        try {
            disk.await();
            done.incrementAndGet();
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void thaw() {
        disk.countDown();
    }

    @Test
    void aStreamThatHangsHoldsUpNoOther() {
        DiskLanes lanes = new DiskLanes();
        lanes.of(new StreamId("a")).execute(this::hang);
        lanes.of(new StreamId("b")).execute(done::incrementAndGet);
        Awaitility.await().atMost(SOON).until(() -> done.get() == 1);
    }

    /** Opening a FIFO for writing waits in the kernel, as a write to a disk that hangs does, until somebody reads. */
    @Test
    void aWriteThatHangsInTheKernelCostsItsStreamsFilesUntilItReturns(@TempDir Path folder) throws Exception {
        // given
        Path fifo = folder.resolve("fifo");
        Shell.run("mkfifo", fifo.toString());
        DiskLanes lanes = new DiskLanes();
        SharedClock clock = new SharedClock();
        Recorder seenByA = new Recorder();
        Recorder seenByB = new Recorder();
        FakeSegmentWriter hanging = new FakeSegmentWriter();
        hanging.beforeWriting = () -> {
            hanging.beforeWriting = () -> {};
            begun.incrementAndGet();
            open(fifo);
        };
        SegmentKeeper a = keeper(folder, "a", hanging, lanes, clock, seenByA);
        SegmentKeeper b = keeper(folder, "b", new FakeSegmentWriter(), lanes, clock, seenByB);
        // when
        a.keep(Segments.of(0));
        Awaitility.await().atMost(SOON).until(() -> begun.get() == 1);
        a.keep(Segments.of(1));
        b.keep(Segments.of(0));
        // then
        Awaitility.await().atMost(SOON).until(() -> Files.exists(folder.resolve("b/000000_video.mp4")));
        clock.advanceMs(10_000);
        a.keep(Segments.of(2));
        assertThat(seenByA.lostFiles()).isEqualTo(4);
        assertThat(seenByA.warnings).singleElement().asString().startsWith("the disk hangs");
        assertThat(seenByB.lostFiles()).isZero();
        // when: it is back
        Files.readAllBytes(fifo);
        Awaitility.await().atMost(SOON).until(() -> seenByA.warnings.size() == 2);
        a.keep(Segments.of(3));
        // then
        Awaitility.await().atMost(SOON).until(() -> Files.exists(folder.resolve("a/000003_video.mp4")));
        assertThat(folder.resolve("a/000000_video.mp4")).exists();
        assertThat(folder.resolve("a/000001_video.mp4")).doesNotExist();
    }

    /** A virtual clock for more than one thread. */
    private static final class SharedClock implements MediaClock {
        private final VirtualClock clock = new VirtualClock();

        @Override
        public synchronized long nowNs() {
            return clock.nowNs();
        }

        @Override
        public synchronized Timer schedule(long atNs, Runnable task) {
            Timer timer = clock.schedule(atNs, task);
            return () -> {
                synchronized (this) {
                    timer.cancel();
                }
            };
        }

        synchronized void advanceMs(long ms) {
            clock.advanceMs(ms);
        }
    }

    private static void open(Path fifo) {
        try {
            Files.newOutputStream(fifo, StandardOpenOption.WRITE).close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static SegmentKeeper keeper(
            Path folder, String id, FakeSegmentWriter writer, DiskLanes lanes, MediaClock clock, Recorder seen) {
        SegmentStore store = new SegmentStore(folder, new StreamId(id), writer, seen);
        return new SegmentKeeper(store, Runnable::run, lanes.of(new StreamId(id)), clock, seen);
    }

    @Test
    void aStreamThatIsStartedAgainWhileItHangsGetsNoOtherThread() {
        DiskLanes lanes = new DiskLanes();
        for (int run = 0; run < 50; run++) {
            lanes.of(new StreamId("a")).execute(this::hang);
            lanes.of(new StreamId("other-" + run)).execute(() -> {});
        }
        Awaitility.await().atMost(SOON).until(() -> begun.get() == 1);
        assertThat(done).hasValue(0);
        disk.countDown();
        Awaitility.await().atMost(SOON).until(() -> done.get() == 50);
    }

    @Test
    void howeverManyStreamsHangTheirThreadsAreBounded() {
        DiskLanes lanes = new DiskLanes();
        Set<Executor> used = new HashSet<>();
        for (int n = 0; n < 1_000; n++) {
            Executor lane = lanes.of(new StreamId("s" + n));
            used.add(lane);
            lane.execute(this::hang);
        }
        assertThat(used).hasSize(DiskLanes.MOST);
    }

    @Test
    void whileARoundHangsNoOtherBegins() {
        DiskRound round = new DiskRound("a round", this::hang);
        assertThat(round.begin()).isTrue();
        for (int n = 0; n < 100; n++) {
            assertThat(round.begin()).isFalse();
        }
        disk.countDown();
        Awaitility.await().atMost(SOON).until(round::begin);
        assertThat(begun.get()).isBetween(1, 2);
    }

    @Test
    void onlyARoundThatTakesLongIsSaidToHang() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Logger log = Logger.getLogger("io.livedub.segment");
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(String.valueOf(line.getMessage()));
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        };
        AtomicLong nowNs = new AtomicLong();
        DiskRound round = new DiskRound("a slow round", this::hang, nowNs::get);
        log.addHandler(handler);
        try {
            assertThat(round.begin()).isTrue();
            assertThat(round.begin()).isFalse();
            assertThat(lines).isEmpty();
            nowNs.addAndGet(5_000_000_000L);
            assertThat(round.begin()).isFalse();
            assertThat(lines).singleElement().asString().contains("the disk hangs");
        } finally {
            log.removeHandler(handler);
        }
    }
}
