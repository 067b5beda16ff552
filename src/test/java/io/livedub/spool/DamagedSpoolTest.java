package io.livedub.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.media.Frame;
import io.livedub.spool.SpoolFinding.RefusalReason;
import io.livedub.spool.SpoolFinding.Resumable;
import io.livedub.spool.SpoolFinding.SpoolRefused;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever is on the disk: no failure, one line at most, and no frame that was not written. */
class DamagedSpoolTest {
    private static final Duration MINUTE = Duration.ofSeconds(60);

    @TempDir
    Path segments;

    private SpooledStream stream;
    private Path file;
    private byte[] whole;
    private final Set<String> written = new HashSet<>();

    @BeforeEach
    void spool() throws IOException {
        spoolOf(segments.resolve("long"), 2);
    }

    /** A stream of so many seconds, a picture of a slate, and another second. */
    private void spoolOf(Path folder, int seconds) throws IOException {
        stream = new SpooledStream(folder).run(seconds);
        stream.spool.shows(
                Optional.of(new SpoolRecord.SlatePicture(stream.arrived.get(0).frame())));
        stream.run(1);
        assertThat(stream.folder.files()).hasSize(1);
        file = stream.folder.files().firstEntry().getValue();
        whole = Files.readAllBytes(file);
        stream.arrived.forEach(timed -> written.add(print(timed.frame())));
    }

    @Test
    void everyTruncationIsUsedUpToItsLastWholeRecord() throws IOException {
        // Each of them is read whole: twice the length is four times the work.
        spoolOf(segments.resolve("short"), 1);
        int least = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));

            SpoolFinding found = read();

            if (found instanceof Resumable resumable) {
                int frames = framesOf(resumable.stream());
                assertThat(frames).as("frames of the first %d bytes", length).isGreaterThanOrEqualTo(least);
                least = frames;
            } else {
                assertThat(found)
                        .as("the first %d bytes", length)
                        .isInstanceOfSatisfying(SpoolRefused.class, refused -> assertThat(refused.reason())
                                .isEqualTo(RefusalReason.CUT_OFF));
                assertThat(least).isZero();
            }
        }
        assertThat(least).isGreaterThan(100);
    }

    @Test
    void aThousandRandomCorruptionsNeverPutAForeignFrameOnAir() throws IOException {
        Random random = new Random(20261128);
        Map<RefusalReason, Integer> refused = new EnumMap<>(RefusalReason.class);
        int resumed = 0;
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = whole.clone();
            int times = 1 + random.nextInt(8);
            for (int n = 0; n < times; n++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, damaged);

            SpoolFinding found = read();

            if (found instanceof Resumable resumable) {
                resumed++;
                framesOf(resumable.stream());
            } else {
                assertThat(((SpoolRefused) found).detail()).doesNotContain("\n").isNotBlank();
                refused.merge(((SpoolRefused) found).reason(), 1, Integer::sum);
            }
        }
        assertThat(refused).containsKey(RefusalReason.CORRUPT);
        assertThat(resumed + refused.values().stream().mapToInt(each -> each).sum())
                .isEqualTo(1000);
    }

    @Test
    void recordsWithRightChecksumsAndWrongContentsAreRefused() throws IOException {
        Random random = new Random(1);
        for (int i = 0; i < 1000; i++) {
            byte[] damaged = whole.clone();
            int record = SpoolFormat.PREFIX;
            int skip = random.nextInt(40);
            for (int n = 0; n < skip; n++) {
                record += SpoolFormat.LENGTH + length(damaged, record) + SpoolFormat.CHECKSUM;
            }
            int length = length(damaged, record);
            damaged[record + SpoolFormat.LENGTH + random.nextInt(Math.min(length, 40))] = (byte) random.nextInt(256);
            int sum = SpoolFormat.checksum(damaged, record + SpoolFormat.LENGTH, length);
            ByteBuffer.wrap(damaged).putInt(record + SpoolFormat.LENGTH + length, sum);
            Files.write(file, damaged);

            assertThat(read()).isNotInstanceOf(SpoolFinding.Nothing.class);
        }
    }

    @Test
    void noLengthIsBelievedBeforeItIsThere() throws IOException {
        byte[] damaged = whole.clone();
        int second =
                SpoolFormat.PREFIX + SpoolFormat.LENGTH + length(damaged, SpoolFormat.PREFIX) + SpoolFormat.CHECKSUM;
        ByteBuffer.wrap(damaged).putInt(second, Integer.MAX_VALUE);
        Files.write(file, damaged);

        assertThat(read()).isInstanceOfSatisfying(SpoolRefused.class, refused -> assertThat(refused.reason())
                .isEqualTo(RefusalReason.CORRUPT));
    }

    private static int length(byte[] bytes, int at) {
        return ByteBuffer.wrap(bytes).getInt(at);
    }

    private SpoolFinding read() {
        return SpoolReader.read(stream.folder, stream.reading(SpooledStream.BOOT, 0), MINUTE);
    }

    private int framesOf(HeldStream held) {
        List<Frame> frames = new ArrayList<>();
        held.open().forEach(timed -> frames.add(timed.frame()));
        for (HeldStream.HeldSegment segment : held.segments()) {
            frames.addAll(segment.segment().video());
            frames.addAll(segment.segment().audio());
        }
        assertThat(frames.stream().map(DamagedSpoolTest::print).filter(print -> !written.contains(print)))
                .as("frames that nobody wrote")
                .isEmpty();
        return frames.size();
    }

    private static String print(Frame frame) {
        return frame.track() + " " + frame.dtsNs() + " " + Arrays.hashCode(frame.data());
    }
}
