package io.livedub.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SegmentWriter;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StoredTrack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SegmentStoreTest {
    private static final long S = 1_000_000_000L;
    private static final AudioFormat AAC = AudioFormat.aacLc(48000, 2);
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 0, 0);

    @TempDir
    Path root;

    private final List<Path> aside = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<String> lost = new ArrayList<>();
    private final List<String> written = new ArrayList<>();
    private boolean muxerFails;

    private final SegmentWriter writer = new SegmentWriter() {
        @Override
        public byte[] mux(List<Frame> frames, long t0Ns) {
            return new byte[] {(byte) frames.size(), (byte) (t0Ns / S)};
        }

        @Override
        public void muxTo(Path file, List<Frame> frames, long t0Ns) {
            aside.add(file);
            if (muxerFails) {
                throw new SegmentWriteException("no space left", null);
            }
            try {
                Files.write(file, mux(frames, t0Ns));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    private final EventTable events = new EventTable()
            .on(
                    SegmentEvent.FileWritten.class,
                    event -> written.add(event.track().label()))
            .on(SegmentEvent.FileLost.class, event -> lost.add(event.track().label()))
            .on(LifeEvent.Warning.class, event -> warnings.add(event.message()));

    private SegmentStore store() {
        return new SegmentStore(root, new StreamId("test_1"), writer, events);
    }

    private static Segment segment(long batch, boolean full, long durationNs) {
        Frame video = new Frame(AVC, 0, 0, true, 0, new byte[3]);
        Frame other = new Frame(new VideoFormat(new byte[] {2}, 0, 0), 0, 0, true, 0, new byte[3]);
        Frame audio = new Frame(AAC, 0, 0, true, 0, new byte[3]);
        Frame otherSound = new Frame(AudioFormat.aacLc(48000, 1), 0, 0, true, 0, new byte[3]);
        return new Segment(
                UUID.randomUUID(),
                batch,
                12 * S,
                0,
                durationNs,
                full,
                true,
                List.of(video, other),
                List.of(audio, otherSound),
                AVC,
                AAC,
                null);
    }

    @Test
    void filesHaveTheirNamesAndNothingElseIsLeft() throws IOException {
        Segment segment = segment(41, true, 6 * S);

        WriteResult video = store().writeVideo(segment);
        WriteResult audio = store().writeAudio(segment, store().audioM4a(segment));
        WriteResult dubbed = store().writeDubbed(segment, segment.audio().subList(0, 1), "");

        Path folder = root.resolve("test_1");
        try (var files = Files.list(folder)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("000041_video.mp4", "000041_audio.m4a", "000041_audio_dubbed.m4a");
        }
        assertThat(folder.resolve("000041_audio_dubbed.m4a")).hasBinaryContent(new byte[] {1, 12});
        assertThat(folder.resolve("000041_audio.m4a")).hasBinaryContent(new byte[] {1, 12});
        // The picture and the sound of another configuration stay out of the files.
        assertThat(folder.resolve("000041_video.mp4")).hasBinaryContent(new byte[] {1, 12});
        assertThat(video)
                .isEqualTo(new WriteResult.Written(new SegmentEvent.FileWritten(
                        segment.fragmentId(),
                        new StreamId("test_1"),
                        41,
                        12 * S,
                        6 * S,
                        folder.resolve("000041_video.mp4"),
                        true,
                        StoredTrack.VIDEO)));
        assertThat(List.of(audio, dubbed)).allMatch(r -> r instanceof WriteResult.Written);
        assertThat(written).containsExactly("video", "audio", "audio_dubbed");
    }

    @Test
    void aFileIsWrittenAsideInTheSameFolder() {
        store().writeVideo(segment(0, true, 6 * S));

        assertThat(aside.get(0).getParent()).isEqualTo(root.resolve("test_1"));
        assertThat(aside.get(0).getFileName().toString()).matches("\\.000000_video\\.[0-9a-f]{8}\\.tmp");
    }

    @Test
    void theLastPartIsWrittenFromOneSecondOn() {
        assertThat(store().writeVideo(segment(0, false, S))).isInstanceOf(WriteResult.Written.class);
        assertThat(store().writeVideo(segment(1, false, S - 1))).isInstanceOf(WriteResult.Skipped.class);
    }

    @Test
    void aTrackThatIsMissingIsNotWritten() {
        Segment empty = new Segment(UUID.randomUUID(), 0, 0, 0, S, true, false, List.of(), List.of(), null, null, null);

        assertThat(store().writeVideo(empty)).isEqualTo(new WriteResult.Skipped("no video"));
        assertThatThrownBy(() -> store().audioM4a(empty)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbersGoOnBehindTheHighestFound() throws IOException {
        assertThat(store().nextBatch()).isZero();
        Path folder = Files.createDirectories(root.resolve("test_1"));
        Files.createFile(folder.resolve("000007_audio.m4a"));
        Files.createFile(folder.resolve("1000003_video.mp4"));
        Files.createFile(folder.resolve("9999999_other.mp4"));
        Files.createFile(folder.resolve(".9999999_video.ab.tmp"));

        assertThat(store().nextBatch()).isEqualTo(1_000_004);
    }

    @Test
    void aFailingDiskCostsTheFileAndOneWarning() throws IOException {
        SegmentStore store = store();
        muxerFails = true;
        assertThat(store.writeVideo(segment(0, true, 6 * S))).isEqualTo(new WriteResult.WriteFailed("no space left"));
        assertThat(store.writeVideo(segment(1, true, 6 * S))).isInstanceOf(WriteResult.WriteFailed.class);
        assertThat(warnings).hasSize(1).first().asString().contains("no space left");
        assertThat(lost).containsExactly("video", "video");

        muxerFails = false;
        store.writeVideo(segment(2, true, 6 * S));
        store.writeVideo(segment(3, true, 6 * S));

        assertThat(warnings).hasSize(2).last().isEqualTo("segments are written again");
    }

    @Test
    void aFolderThatCannotBeMadeIsAFailureAndNoException() throws IOException {
        Files.createFile(root.resolve("test_1"));

        assertThat(store().writeAudio(segment(0, true, 6 * S), new byte[1]))
                .isInstanceOf(WriteResult.WriteFailed.class);
        assertThat(store().nextBatch()).isZero();
        assertThat(lost).containsExactly("audio");
    }

    @Test
    void aNumberThatNoRunReachesIsNotCountedFrom() throws IOException {
        Path folder = Files.createDirectories(root.resolve("test_1"));
        Files.createFile(folder.resolve("999999999999999999_video.mp4"));
        Files.createFile(folder.resolve("0000000999_video.mp4"));
        Files.createFile(folder.resolve("000012_video.mp4"));

        assertThat(store().nextBatch()).isEqualTo(13);
        assertThat(store().batchUnseen(InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000L))))
                .isEqualTo(1_800_000_000L);
    }

    @Test
    void aFolderThatIsALinkIsRefusedWithOneLine(@TempDir Path elsewhere) throws IOException {
        Files.createSymbolicLink(root.resolve("test_1"), elsewhere);
        SegmentStore store = store();

        assertThat(store.nextBatch()).isZero();
        assertThat(store.writeVideo(segment(0, true, 6 * S))).isInstanceOf(WriteResult.WriteFailed.class);
        assertThat(store.writeAudio(segment(1, true, 6 * S), new byte[1])).isInstanceOf(WriteResult.WriteFailed.class);

        assertThat(elsewhere).isEmptyDirectory();
        assertThat(warnings).singleElement().asString().contains("symbolic link", "goes on without its files");
        assertThat(lost).hasSize(2);
    }

    @Test
    void aRootThatIsALinkIsTheOperatorsChoice(@TempDir Path elsewhere) throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), elsewhere);

        new SegmentStore(link, new StreamId("a"), writer, events).writeVideo(segment(0, true, 6 * S));

        assertThat(elsewhere.resolve("a/000000_video.mp4")).exists();
    }

    @Test
    void onlyTheOwnerAndTheGroupMayRead() throws IOException {
        store().writeVideo(segment(0, true, 6 * S));
        store().writeAudio(segment(0, true, 6 * S), new byte[1]);
        new SegmentStore(root.resolve("new"), new StreamId("a"), writer, events).writeVideo(segment(0, true, 6 * S));

        // The process's own mask may take more away.
        for (String folder : new String[] {"test_1", "new", "new/a"}) {
            assertThat(mode(folder)).as(folder).matches("rwx(r-x|---)---");
        }
        for (String file : new String[] {"test_1/000000_video.mp4", "test_1/000000_audio.m4a"}) {
            assertThat(mode(file)).as(file).matches("rw-(r--|---)---");
        }
    }

    private String mode(String path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(path)));
    }

    @Test
    void aListenerMayListenToNothing() {
        SegmentStore store = new SegmentStore(root, new StreamId("a"), writer, event -> {});

        store.writeVideo(segment(0, true, S));
        muxerFails = true;

        assertThat(store.writeVideo(segment(1, true, S))).isInstanceOf(WriteResult.WriteFailed.class);
    }
}
