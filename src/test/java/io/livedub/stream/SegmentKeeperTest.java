package io.livedub.stream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.SegmentWriter.SegmentWriteException;
import io.livedub.segment.SegmentStore;
import io.livedub.support.FakeSegmentWriter;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

class SegmentKeeperTest {
    @TempDir
    Path folder;

    private final FakeSegmentWriter writer = new FakeSegmentWriter();
    private final Recorder seen = new Recorder();
    private final Deque<Runnable> work = new ArrayDeque<>();
    private SegmentKeeper keeper;
    private byte[] m4a;
    private Throwable failure;
    private boolean written;

    @BeforeEach
    void make() {
        keeper = new SegmentKeeper(new SegmentStore(folder, "test", writer, seen), work::add, work::add, seen);
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
    void aDiskThatHangsHoldsTwentyWritesAndGivesUpTheRest() throws IOException {
        for (int n = 0; n < 25; n++) {
            keep(n);
        }

        assertThat(seen.warnings)
                .hasSize(5)
                .contains("the disk does not keep up: files of segment 24 are given up")
                .doesNotContain("the disk does not keep up: files of segment 19 are given up");
        runAll();
        assertThat(files()).hasSize(40);
        assertThat(lost()).as("sound and picture of five").isEqualTo(10);
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

        assertThat(keeper.firstBatch()).isEqualTo(42);
    }

    private void keep(int n) {
        keeper.keep(Segments.of(n)).subscribe().with(bytes -> m4a = bytes, thrown -> failure = thrown);
    }

    private long lost() {
        return seen.metrics.snapshot().fileErrors();
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
