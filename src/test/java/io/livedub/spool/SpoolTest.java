package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.media.Frame;
import io.livedub.spool.HeldStream.HeldSegment;
import io.livedub.spool.SpoolFinding.RefusalReason;
import io.livedub.spool.SpoolFinding.Resumable;
import io.livedub.spool.SpoolFinding.SpoolRefused;
import io.livedub.spool.SpoolRecord.HandedOver;
import io.livedub.spool.SpoolRecord.SlatePicture;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

class SpoolTest {
    private static final Duration MINUTE = Duration.ofSeconds(60);
    private static final long S = SpooledStream.S;

    @TempDir
    Path segments;

    @Test
    void whatArrivedAndDidNotAirIsReadAgain() {
        SpooledStream stream = new SpooledStream(segments).run(9);

        HeldStream held = held(stream);

        assertThat(held.position()).usingRecursiveComparison().isEqualTo(stream.position());
        assertThat(held.segments())
                .extracting(each -> each.segment().batch())
                .endsWith(101L, 102L, 103L)
                .doesNotContain(104L);
        HeldSegment last = held.segments().get(held.segments().size() - 1);
        assertThat(last.segment())
                .usingRecursiveComparison()
                .ignoringFields("following")
                .isEqualTo(stream.cut.get(3));
        assertThat(last.sounds()).isEmpty();
        HeldSegment dubbed = held.segments().get(held.segments().size() - 2);
        assertThat(dubbed.sounds().get("es").audio())
                .hasSameSizeAs(stream.cut.get(2).audio())
                .allSatisfy(frame -> assertThat(frame.data()).containsExactly(9, 9));
        List<TimedFrame> open = stream.arrived.stream()
                .filter(timed -> timed.frame().dtsNs() >= 8 * S - S / 50)
                .toList();
        assertThat(held.open())
                .hasSizeGreaterThan(open.size() - 10)
                .usingRecursiveComparison()
                .isEqualTo(open.subList(0, held.open().size()));
    }

    @Test
    void whatHasAiredIsRemovedExceptThePicturesThatAreReferredTo() throws IOException {
        SpooledStream stream = new SpooledStream(segments).run(120);

        assertThat(bytesOnDisk()).isLessThan(25L * (25 * 100 + 47 * 90));
        assertThat(Resumption.of(held(stream), SpooledStream.DELAY_NS, stream.clock.nowNs())
                        .pieces()
                        .get(0)
                        .segment()
                        .video()
                        .get(0)
                        .dtsNs())
                .isLessThanOrEqualTo(115 * S);
    }

    @Test
    void thePictureOfASlateStaysUntilTheSourceIsBack() {
        SpooledStream stream = new SpooledStream(segments).run(9);
        assertThat(held(stream).slatePicture()).isEmpty();
        Frame keyframe = stream.arrived.get(0).frame();
        stream.spool.shows(Optional.of(new SlatePicture(keyframe)));
        stream.clock.advanceMs(45_000);
        assertThat(held(stream).slatePicture())
                .hasValueSatisfying(
                        shown -> assertThat(shown).usingRecursiveComparison().isEqualTo(keyframe));
        assertThat(held(stream).segments())
                .allSatisfy(each -> assertThat(each.segment().video()).doesNotContain(keyframe));

        stream.spool.shows(Optional.empty());
        stream.clock.advanceMs(20_000);
        assertThat(held(stream).slatePicture()).isEmpty();
    }

    @Test
    void aSpoolThatIsTooOldIsLeftAlone() {
        SpooledStream stream = new SpooledStream(segments).run(3);

        ClockReading later = later(stream, 61, 0, SpooledStream.BOOT);

        assertThat(read(stream, later)).isInstanceOfSatisfying(SpoolRefused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(RefusalReason.TOO_OLD);
            assertThat(refused.detail()).isEqualTo("is 61 s old, and may be 60 s");
        });
    }

    @Test
    void aClockThatIsSetBackChangesNothingWithinABoot() {
        SpooledStream stream = new SpooledStream(segments).run(3);

        assertThat(read(stream, later(stream, 10, -3600, SpooledStream.BOOT))).isInstanceOf(Resumable.class);
        assertThat(read(stream, later(stream, 61, -3600, SpooledStream.BOOT))).isInstanceOf(SpoolRefused.class);
        assertThat(read(stream, later(stream, 10, 3600, SpooledStream.BOOT))).isInstanceOf(Resumable.class);
    }

    @Test
    void onAnotherMachineTheWallClockSaysTheAgeAndASpoolOfTheFutureIsLeftAlone() {
        SpooledStream stream = new SpooledStream(segments).run(3);
        UUID other = new UUID(1, 2);
        ClockReading there = later(stream, 10, 0, other);
        ClockReading counted = new ClockReading(5 * S, there.wallMs(), other);

        assertThat(read(stream, later(stream, 10, -3600, other)))
                .isInstanceOfSatisfying(SpoolRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.TOO_OLD));
        assertThat(read(stream, counted)).isInstanceOfSatisfying(Resumable.class, found -> {
            assertThat(found.stream().age()).isEqualTo(Duration.ofSeconds(10));
            assertThat(found.stream().position().monotonicNs()).isEqualTo(-5 * S);
        });
    }

    @Test
    void anotherVersionIsLeftAlone() throws IOException {
        SpooledStream stream = new SpooledStream(segments).run(3);
        Path last = last(stream);
        byte[] bytes = Files.readAllBytes(last);
        bytes[5]++;
        Files.write(last, bytes);

        assertThat(read(stream, stream.reading(SpooledStream.BOOT, 0)))
                .isInstanceOfSatisfying(SpoolRefused.class, refused -> assertThat(refused.reason())
                        .isEqualTo(RefusalReason.OTHER_VERSION));
    }

    @Test
    void theNextProcessGoesOnWithTheFilesAndLeavesForeignOnesAlone() throws IOException {
        SpooledStream first = new SpooledStream(segments).run(7);
        first.killed();
        Path last = last(first);
        byte[] bytes = Files.readAllBytes(last);
        Files.write(last, Arrays.copyOf(bytes, bytes.length - 3));
        HeldStream held = held(first);
        assertThat(held.cutOff()).isTrue();
        StreamLock lock = ((StreamLock.LockOutcome.Locked) StreamLock.tryLock(first.folder, () -> {})).lock();
        Spool second = new Spool(
                new SpoolPlace(first.folder, () -> lock, SpooledStream.BOOT, Runnable::run, first.clock),
                Duration.ofMillis(100),
                Optional.of(held.files()),
                first::position,
                first.givenUp::add);
        second.begin();
        first.clock.advanceMs(500);

        HeldStream again = held(first);

        assertThat(again.segments()).usingRecursiveComparison().isEqualTo(held.segments());
        assertThat(again.open()).usingRecursiveComparison().isEqualTo(held.open());
        assertThat(again.cutOff()).isFalse();
        assertThat(first.givenUp).isEmpty();
        second.end();
        assertThat(segments.resolve("test/.spool")).doesNotExist();
    }

    @Test
    void aSpoolThatWasLeftAloneDoesNotSpoilTheOneBehindIt() throws IOException {
        Path foreign = segments.resolve("test/.spool/00000099.spool");
        Files.createDirectories(foreign.getParent());
        Files.write(foreign, new byte[5000]);

        SpooledStream stream = new SpooledStream(segments).run(9);

        assertThat(held(stream).segments()).hasSizeGreaterThan(2);
        assertThat(foreign).exists();
    }

    @Test
    void whatWasHandedOverToAProcessThatHasDiedIsGoneOnWithAsAfterACrash() {
        SpooledStream stream = new SpooledStream(segments).run(9);
        stream.spool.handOver(new HandedOver(Optional.empty(), Map.of()));

        assertThat(held(stream).handedOver()).isPresent();
        stream.clock.advanceMs(3200);
        assertThat(held(stream).handedOver()).isEmpty();
        assertThat(held(stream).segments()).isNotEmpty();
    }

    @Test
    void twoProcessesNeverHaveOneStream() throws IOException {
        SpooledStream stream = new SpooledStream(segments);

        assertThat(StreamLock.tryLock(stream.folder, () -> {}))
                .isInstanceOfSatisfying(StreamLock.LockOutcome.LockTaken.class, taken -> assertThat(taken.owner())
                        .startsWith("pid " + ProcessHandle.current().pid() + " on ")
                        .contains(" since "));
        stream.killed();
        assertThat(StreamLock.tryLock(stream.folder, () -> {})).isInstanceOf(StreamLock.LockOutcome.Locked.class);
    }

    @Test
    void aStreamThatEndsLeavesNothing() {
        SpooledStream stream = new SpooledStream(segments).run(3);

        stream.spool.end();

        assertThat(segments.resolve("test/.spool")).doesNotExist();
        assertThat(stream.givenUp).isEmpty();
    }

    @Test
    void aDiskThatIsSlowCostsTheSpoolOnly() {
        List<Runnable> waiting = new ArrayList<>();
        SpooledStream stream = new SpooledStream(segments, waiting::add).run(20);

        assertThat(stream.givenUp).containsExactly("the disk is too slow");
        assertThat(waiting).hasSize(2);
        waiting.forEach(Runnable::run);
        assertThat(read(stream, stream.reading(SpooledStream.BOOT, 0))).isInstanceOf(SpoolFinding.Nothing.class);
    }

    @Test
    void aStreamWhoseSpoolIsGivenUpIsAskedForByNobodyAnyMore() throws IOException {
        Queue<Runnable> waiting = new ArrayDeque<>();
        AtomicBoolean hangs = new AtomicBoolean();
        SpooledStream stream = new SpooledStream(segments, task -> {
            waiting.add(task);
            while (!hangs.get() && !waiting.isEmpty()) {
                waiting.remove().run();
            }
        });
        List<Boolean> asked = new ArrayList<>();
        stream.spool.onSuccessor(asked::add);
        try (HeldFile held = HeldFile.tryHold(stream.folder.successorFile(), "another process")
                .orElseThrow()) {
            held.touch();
            stream.run(1);
            assertThat(asked).isNotEmpty().containsOnly(true);
            hangs.set(true);
            stream.run(10);
            assertThat(asked).endsWith(false);
            waiting.forEach(Runnable::run);
        }

        assertThat(stream.givenUp).containsExactly("the disk is too slow");
        assertThat(asked).endsWith(false);
    }

    @Test
    void aFolderThatIsALinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
        Files.createDirectories(segments.resolve("test"));
        Files.createSymbolicLink(segments.resolve("test/.spool"), elsewhere);

        StreamLock.LockOutcome outcome = StreamLock.tryLock(new SpoolFolder(segments, new StreamId("test")), () -> {});

        assertThat(outcome).isInstanceOf(StreamLock.LockOutcome.LockUnavailable.class);
        assertThat(elsewhere).isEmptyDirectory();
    }

    private SpoolFinding read(SpooledStream stream, ClockReading now) {
        return SpoolReader.read(stream.folder, now, MINUTE);
    }

    private HeldStream held(SpooledStream stream) {
        SpoolFinding found = read(stream, stream.reading(SpooledStream.BOOT, 0));
        assertThat(found).isInstanceOf(Resumable.class);
        return ((Resumable) found).stream();
    }

    private static ClockReading later(SpooledStream stream, long seconds, long wallSetS, UUID boot) {
        ClockReading now = stream.reading(boot, 0);
        return new ClockReading(now.monotonicNs() + seconds * S, now.wallMs() + (seconds + wallSetS) * 1000, boot);
    }

    private static Path last(SpooledStream stream) throws IOException {
        return stream.folder.files().lastEntry().getValue();
    }

    private long bytesOnDisk() throws IOException {
        try (Stream<Path> files = Files.walk(segments)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
