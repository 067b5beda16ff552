package io.livedub.stream.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.media.SegmentWriter.SegmentWriteException;
import io.livedub.segment.SegmentStore;
import io.livedub.stream.Recorder;
import io.livedub.support.FakeSegmentWriter;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentKeeperTest {
    @TempDir
    Path folder;

    private final FakeSegmentWriter writer = new FakeSegmentWriter();
    private final VirtualClock clock = new VirtualClock();
    private final Recorder seen = new Recorder();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private SegmentKeeper keeper;
    private byte[] m4a;
    private Throwable failure;
    private boolean written;

    @BeforeEach
    void make() {
        keeper = keeper(work::add);
    }

    private SegmentKeeper keeper(Executor disk) {
        return new SegmentKeeper(
                new SegmentStore(folder, new StreamId("test"), writer, seen), work::add, disk, clock, seen);
    }

    @Test
    void theM4aIsThereBeforeTheFilesAre() throws IOException {
        keep(0);

        work.remove().run();
        boolean files = Files.exists(folder.resolve("test"));
        runAll();

        assertThat(m4a).isNotNull();
        assertThat(files).isFalse();
        assertThat(files()).containsExactly("000000_audio.m4a", "000000_video.mp4");
    }

    @Test
    void aSegmentWithoutAudioHasNoM4aAndItsVideoAllTheSame() throws IOException {
        keeper.keep(Segments.of(0, 0)).subscribe().with(bytes -> m4a = bytes, thrown -> failure = thrown);

        runAll();

        assertThat(failure).isInstanceOf(IllegalArgumentException.class);
        assertThat(files()).containsExactly("000000_video.mp4");
    }

    @Test
    void aMuxerThatRefusesFailsTheM4aAndCostsTheFiles() throws IOException {
        writer.failure = new SegmentWriteException("flow not negotiated", null);

        keep(0);
        runAll();

        assertThat(failure).hasMessage("flow not negotiated");
        assertThat(seen.warnings).anyMatch(line -> line.contains("flow not negotiated"));
        assertThat(lost()).as("sound and picture").isEqualTo(2);
        assertThat(files()).isEmpty();
    }

    @Test
    void whatThrowsWhileWritingCostsItsFileAndNotTheNext() throws IOException {
        writer.beforeWriting = () -> {
            writer.beforeWriting = () -> {};
            throw new OutOfMemoryError("Java heap space");
        };

        keep(0);
        keep(1);
        runAll();

        assertThat(seen.warnings)
                .anyMatch(line -> line.endsWith("without its files: java.lang.OutOfMemoryError: Java heap space"));
        assertThat(lost()).isEqualTo(1);
        assertThat(files()).contains("000001_audio.m4a", "000001_video.mp4").doesNotContain("000000_video.mp4");
    }

    @Test
    void aDiskThatIsSlowHoldsTwentyWritesAndGivesUpTheRestWithOneLine() throws IOException {
        for (int n = 0; n < 25; n++) {
            keep(n);
        }

        assertThat(seen.warnings)
                .containsExactly("the disk does not keep up: the stream goes on without its files until it is back");
        runAll();
        assertThat(files()).as("one under way and twenty that wait").hasSize(42);
        assertThat(lost()).as("sound and picture of four").isEqualTo(8);
        assertThat(seen.warnings).last().isEqualTo("the disk takes files again; 4 writes were given up meanwhile");
    }

    @Test
    void aDiskThatHangsCostsWhatWaitsAndWhatComesUntilItIsBack() throws IOException {
        // given: the M4A of each is made, the first write has begun
        keep(0);
        keep(1);
        keep(2);
        keeper.written().subscribe().with(done -> written = true);
        Runnable m4a0 = work.remove();
        Runnable hanging = work.remove();
        m4a0.run();
        // when
        clock.advanceMs(9_999);
        assertThat(lost()).isZero();
        clock.advanceMs(1);
        runAll();
        keep(3);
        runAll();
        // then
        assertThat(lost()).as("sound and picture of 1, 2 and 3").isEqualTo(6);
        assertThat(written).as("nobody waits for it at the end").isTrue();
        assertThat(seen.warnings)
                .containsExactly("the disk hangs: the stream goes on without its files until it is back");
        // when
        hanging.run();
        keep(4);
        runAll();
        // then
        assertThat(files())
                .containsExactly("000000_audio.m4a", "000000_video.mp4", "000004_audio.m4a", "000004_video.mp4");
        assertThat(seen.warnings).hasSize(2).last().asString().startsWith("the disk takes files again; 3 writes");
        assertThat(clock.pendingTasks()).isZero();
    }

    @Test
    void anEarlierRunThatHangsInTheSameThreadCostsFilesTheSameWay() {
        // given: what is given to the disk never begins
        keeper = keeper(task -> {});
        keep(0);
        keep(1);
        // when
        clock.advanceMs(10_000);
        runAll();
        // then
        assertThat(lost()).isEqualTo(2);
    }

    @Test
    void aDiskThatHangsDoesNotHoldUpTheStart() {
        assertThat(keeper(task -> {}).firstBatch()).isGreaterThan(1_700_000_000L);
        assertThat(seen.warnings).singleElement().asString().startsWith("the disk hangs");
    }

    @Test
    void writtenWaitsForWhatWasGivenBefore() {
        keep(0);
        keeper.written().subscribe().with(done -> written = true);

        boolean before = written;
        runAll();

        assertThat(before).isFalse();
        assertThat(written).isTrue();
    }

    @Test
    void withNothingToWriteItIsWritten() {
        keeper.written().subscribe().with(done -> written = true);

        assertThat(written).isTrue();
    }

    @Test
    void batchesGoOnBehindTheHighestFound() {
        keep(41);
        runAll();

        assertThat(keeper(Runnable::run).firstBatch()).isEqualTo(42);
    }

    private void keep(int n) {
        keeper.keep(Segments.of(n)).subscribe().with(bytes -> m4a = bytes, thrown -> failure = thrown);
    }

    private long lost() {
        return seen.lostFiles();
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private List<String> files() throws IOException {
        if (!Files.exists(folder.resolve("test"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("test"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
