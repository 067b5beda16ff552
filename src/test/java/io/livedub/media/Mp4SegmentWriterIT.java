package io.livedub.media;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.media.SegmentWriter.SegmentWriteException;
import io.livedub.media.gst.Recorded;
import io.livedub.support.Ffmpeg;
import io.livedub.support.Mp4Frames;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

class Mp4SegmentWriterIT {
    private static final double MS = 0.0015;
    private static List<Frame> bframes;
    private final Mp4SegmentWriter writer = new Mp4SegmentWriter();

    @TempDir
    Path folder;

    @BeforeAll
    static void record() {
        bframes = Recorded.frames(Ffmpeg.bframes(10));
    }

    @Test
    void videoWithBFramesKeepsItsTimes() {
        // given
        List<Frame> video = Recorded.of(bframes, Track.VIDEO).subList(0, 120);
        long t0 = video.stream().mapToLong(Frame::ptsNs).min().orElseThrow();
        Path file = folder.resolve("v.mp4");

        // when
        writer.muxTo(file, video, t0);

        // then
        assertThat(Mp4Frames.value(file, "stream", "codec_name")).isEqualTo("h264");
        assertThat(Mp4Frames.seconds(file, "stream", "duration")).isCloseTo(4.0, within(0.04));
        assertThat(Mp4Frames.seconds(file, "format", "start_time")).isCloseTo(0.0, within(MS));
        List<String> times = Mp4Frames.times(file);
        assertThat(times).hasSize(120);
        for (int i = 0; i < times.size(); i++) {
            double pts = Double.parseDouble(times.get(i).split(",")[0]);
            assertThat(pts).isCloseTo((video.get(i).ptsNs() - t0) / 1e9, within(MS));
        }
        assertThat(Ffmpeg.frameHashes(file, 'v')).hasSize(120);
    }

    @Test
    void aSegmentMayBeginBetweenKeyframes() {
        // given
        List<Frame> video = Recorded.of(bframes, Track.VIDEO).subList(70, 100);
        long t0 = video.stream().mapToLong(Frame::ptsNs).min().orElseThrow();
        Path file = folder.resolve("v.mp4");

        // when
        writer.muxTo(file, video, t0);

        // then
        assertThat(video.get(0).keyframe()).isFalse();
        assertThat(Mp4Frames.value(file, "stream", "nb_frames")).isEqualTo("30");
        assertThat(Mp4Frames.seconds(file, "stream", "duration")).isCloseTo(1.0, within(0.04));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1", "0, 0", "65536, 65536", "2147483647, 1", "640, -1"})
    void whatTheSourceSaysOfItsSizeCostsNoFile(int width, int height) {
        // given
        List<Frame> video = Recorded.of(bframes, Track.VIDEO).subList(0, 60);
        byte[] avcC = ((VideoFormat) video.get(0).format()).avcC();
        VideoFormat said = new VideoFormat(avcC, width, height);
        Path file = folder.resolve("v.mp4");

        // when
        writer.muxTo(file, as(said, video), 0);

        // then
        assertThat(Mp4Frames.value(file, "stream", "nb_frames")).isEqualTo("60");
        assertThat(Mp4Frames.value(file, "stream", "width,height")).isEqualTo("640\n360");
    }

    @Test
    void aParameterSetThatCannotBeReadCostsNoFile() {
        // given
        List<Frame> video = Recorded.of(bframes, Track.VIDEO).subList(0, 60);
        for (String avcC : List.of("0164", "01640028ff", "0164001fffe1000467640000", "01640028ffe1ffff67")) {
            VideoFormat unread = new VideoFormat(HexFormat.of().parseHex(avcC), -1, 65_536);

            // when
            byte[] file = writer.mux(as(unread, video), 0);

            // then
            assertThat(indexOf(file, video.get(59).data())).isNotNegative();
        }
    }

    @Test
    void soundOfManyChannelsCostsNoFile() {
        // given: 22.2 channels
        AudioFormat many = AudioFormat.parse(HexFormat.of().parseHex("11e8"));
        List<Frame> audio = as(many, Recorded.of(bframes, Track.AUDIO).subList(0, 50));

        // when, then
        assertThat(writer.mux(audio, 0)).hasSizeGreaterThan(1000);
    }

    @Test
    void timesThatGoBackAreHeldAtTheBeginning() {
        // given
        List<Frame> video = new ArrayList<>(Recorded.of(bframes, Track.VIDEO).subList(0, 60));
        Frame odd = video.get(30);
        video.set(30, odd.at(-8_000_000_000L, odd.dtsNs()));
        Path file = folder.resolve("v.mp4");

        // when
        writer.muxTo(file, video, video.get(0).dtsNs());

        // then
        assertThat(Mp4Frames.value(file, "stream", "nb_frames")).isEqualTo("60");
        assertThat(Mp4Frames.seconds(file, "stream", "duration")).isCloseTo(2.0, within(0.2));
    }

    private static List<Frame> as(Format format, List<Frame> frames) {
        return frames.stream()
                .map(frame -> new Frame(
                        format, frame.ptsNs(), frame.dtsNs(), frame.keyframe(), frame.arrivalNs(), frame.data()))
                .toList();
    }

    @Test
    void audioInMemoryIsWholeAndUntouched() throws IOException {
        // given
        List<Frame> audio = Recorded.of(bframes, Track.AUDIO).subList(10, 291);
        AudioFormat format = (AudioFormat) audio.get(0).format();
        List<Frame> exact = new java.util.ArrayList<>();
        for (int i = 0; i < audio.size(); i++) {
            exact.add(audio.get(i).at(format.framesToNs(i), format.framesToNs(i)));
        }

        // when
        byte[] bytes = writer.mux(exact, 0);

        // then
        Path file = folder.resolve("a.m4a");
        Files.write(file, bytes);
        assertThat(new String(bytes, 4, 4, java.nio.charset.StandardCharsets.US_ASCII))
                .isEqualTo("ftyp");
        assertThat(Mp4Frames.value(file, "stream", "codec_name")).isEqualTo("aac");
        assertThat(Mp4Frames.seconds(file, "format", "start_time")).isZero();
        assertThat(Mp4Frames.decodedSamples(file, 2)).isEqualTo(281 * 1024);
        for (Frame frame : exact) {
            assertThat(indexOf(bytes, frame.data())).isNotNegative();
        }
    }

    @Test
    void aSegmentTakesMillisecondsOnceWarm() {
        // given
        List<Frame> audio = Recorded.of(bframes, Track.AUDIO);
        long best = Long.MAX_VALUE;

        // when
        for (int i = 0; i < 10; i++) {
            long started = System.nanoTime();
            writer.mux(audio, audio.get(0).ptsNs());
            best = Math.min(best, System.nanoTime() - started);
        }

        // then
        assertThat(best).isLessThan(TimeUnit.MILLISECONDS.toNanos(100));
        System.out.printf("segment of %d frames: %.1f ms%n", audio.size(), best / 1e6);
    }

    @Test
    void aFileThatCannotBeWrittenSaysSo() {
        // given
        List<Frame> audio = Recorded.of(bframes, Track.AUDIO);
        Path nowhere = folder.resolve("missing").resolve("a.m4a");

        // when, then
        assertThatThrownBy(() -> writer.muxTo(nowhere, audio, 0))
                .isInstanceOf(SegmentWriteException.class)
                .hasMessageContaining("missing");
        assertThat(nowhere).doesNotExist();
    }

    private static int indexOf(byte[] where, byte[] what) {
        for (int i = 0; i <= where.length - what.length; i++) {
            if (where[i] == what[0] && Arrays.equals(where, i, i + what.length, what, 0, what.length)) {
                return i;
            }
        }
        return -1;
    }
}
