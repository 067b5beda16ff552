package io.livedub.stream.chain;

import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.stream.events.Figure;
import io.livedub.stream.events.StreamState;
import io.livedub.support.FakeMediaSource;
import io.livedub.support.Segments;

import static org.assertj.core.api.Assertions.assertThat;

/** A whole stream whose source falls away and comes back, with a backup. A payload is the source, and the time at which it was sent in ms. */
class BackupTest {
    private static final long MS = 1_000_000L;
    private static final VideoFormat OTHER_PICTURE = new VideoFormat(new byte[] {1, 77, 0, 40}, 640, 360);
    private static final AudioFormat OTHER_SOUND = AudioFormat.aacLc(44_100, 1);

    @TempDir
    Path folder;

    private Stage stage;
    private long startNs;
    /** The backup's stamps have nothing to do with those of the first source. */
    private VideoFormat itsPicture = Segments.AVC;

    private AudioFormat itsSound = Segments.AAC;

    private void start(boolean dubbed) {
        stage = Stage.backed(folder, dubbed).started();
        startNs = stage.clock.nowNs();
    }

    private long nowMs() {
        return (stage.clock.nowNs() - startNs) / MS;
    }

    private static byte[] payload(int source, long ms) {
        return new byte[] {(byte) source, (byte) (ms >> 16), (byte) (ms >> 8), (byte) ms};
    }

    private static long sentMs(Frame frame) {
        byte[] data = frame.data();
        return (data[1] & 0xff) << 16 | (data[2] & 0xff) << 8 | data[3] & 0xff;
    }

    private void send(FakeMediaSource to, int source, long ms, long stampMs) {
        VideoFormat picture = source == 1 ? Segments.AVC : itsPicture;
        AudioFormat sound = source == 1 ? Segments.AAC : itsSound;
        long now = stage.clock.nowNs();
        if (ms % 40 == 0) {
            boolean key = (ms + source * 520L) % 2000 == 0;
            to.attempt().emit(new Frame(picture, stampMs * MS, stampMs * MS, key, now, payload(source, ms)));
        }
        long frame = sound.nsToFrames(ms * MS);
        frame += sound.framesToNs(frame) < ms * MS ? 1 : 0;
        long behindNs = sound.framesToNs(frame) - ms * MS;
        if (behindNs < MS) {
            long stamp = stampMs * MS + behindNs;
            to.attempt().emit(new Frame(sound, stamp, stamp, true, now, payload(source, ms)));
        }
    }

    /** 25 pictures a second with a keyframe each 2 s, and sound, of one source or both. */
    private void play(long ms, boolean first, boolean backup) {
        for (long until = nowMs() + ms; nowMs() < until; ) {
            long at = nowMs();
            if (first) {
                send(stage.source, 1, at, at + 5_000);
            }
            if (backup) {
                send(stage.backup, 2, at, at + 9_000_123);
            }
            stage.clock.advanceMs(1);
        }
    }

    private List<Frame> aired(Track track) {
        return stage.sink.pushed(track);
    }

    private static int source(Frame frame) {
        return frame.data()[0];
    }

    /** Of frames of a source: output time minus the time at which they were sent. */
    private long delayMs(Frame frame) {
        return frame.dtsNs() / MS - sentMs(frame);
    }

    private void assertTimesGoOn() {
        for (Track track : Track.values()) {
            List<Frame> frames = aired(track);
            for (int i = 1; i < frames.size(); i++) {
                assertThat(frames.get(i).dtsNs())
                        .isGreaterThan(frames.get(i - 1).dtsNs());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theBackupGoesOnWhereTheFirstStoppedAndTheFirstComesBack(boolean dubbed) {
        start(dubbed);
        play(7_500, true, true);
        play(10_000, false, true);
        play(25_000, true, true);
        stage.worker.stop("test");
        stage.clock.advanceMs(40_000);

        assertThat(stage.end).isInstanceOf(StreamState.Ended.class);
        assertTimesGoOn();
        List<Frame> pictures = aired(Track.VIDEO);
        Frame lastOfFirst = pictures.get(0);
        int changes = 0;
        for (int i = 1; i < pictures.size(); i++) {
            Frame before = pictures.get(i - 1);
            Frame picture = pictures.get(i);
            if (source(before) != source(picture)) {
                changes++;
                assertThat(picture.keyframe()).isTrue();
                lastOfFirst = changes == 1 ? before : lastOfFirst;
            }
            assertThat(picture.dtsNs() - before.dtsNs())
                    .as("hole in the picture")
                    .isLessThan(600 * MS);
        }
        assertThat(changes).isEqualTo(2);
        // Where the first one stopped, the backup's picture of that time follows within a second, at the same latency.
        long stoppedMs = sentMs(lastOfFirst);
        long latencyMs = delayMs(lastOfFirst);
        Frame live = pictures.stream()
                .filter(frame -> source(frame) == 2 && sentMs(frame) > stoppedMs + 1000)
                .findFirst()
                .orElseThrow();
        assertThat(delayMs(live) - latencyMs).isBetween(-100L, 150L);
        assertThat(delayMs(pictures.get(pictures.size() - 1)) - latencyMs).isBetween(-100L, 200L);
        if (dubbed) {
            assertThat(stage.sts.seen.stream().filter("stream:init"::equals)).hasSize(1);
        }
    }

    @Test
    void eachPictureOfTheSourceOnAirIsRelayedOnce() {
        start(false);
        play(7_500, true, true);
        play(10_000, false, true);
        play(20_000, true, true);

        List<Frame> pictures = aired(Track.VIDEO);
        for (int i = 1; i < pictures.size(); i++) {
            if (source(pictures.get(i)) == source(pictures.get(i - 1))) {
                assertThat(sentMs(pictures.get(i)) - sentMs(pictures.get(i - 1)))
                        .isEqualTo(40);
            }
        }
        assertThat(pictures.stream().filter(frame -> source(frame) == 2)).hasSizeGreaterThan(400);
    }

    @Test
    void soundAndPictureStayTogether() {
        start(false);
        play(7_500, true, true);
        play(10_000, false, true);
        play(20_000, true, true);

        int pairs = 0;
        for (Frame picture : aired(Track.VIDEO)) {
            for (Frame sound : aired(Track.AUDIO)) {
                if (source(sound) == source(picture) && Math.abs(sentMs(sound) - sentMs(picture)) <= 12) {
                    pairs++;
                    assertThat(delayMs(sound) - delayMs(picture)).isBetween(-22L, 22L);
                }
            }
        }
        assertThat(pairs).isGreaterThan(800);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBackupOfOtherFormatsGoesOnToo(boolean dubbed) {
        itsPicture = OTHER_PICTURE;
        itsSound = OTHER_SOUND;
        start(dubbed);
        play(7_500, true, true);
        play(10_000, false, true);
        stage.worker.stop("test");
        stage.clock.advanceMs(40_000);

        assertTimesGoOn();
        assertThat(aired(Track.VIDEO)).last().extracting(Frame::format).isEqualTo(OTHER_PICTURE);
        assertThat(aired(Track.AUDIO)).last().extracting(Frame::format).isEqualTo(OTHER_SOUND);
        assertThat(stage.end).isInstanceOf(StreamState.Ended.class);
    }

    @Test
    void theLogSaysEachChangeOnceAndTheFiguresWhoIsOnAir() {
        start(true);
        play(7_500, true, true);
        play(4_000, false, true);
        stage.worker.measure();
        long onBackup = stage.seen.figure(Figure.SOURCE_ON_AIR);
        play(14_000, true, true);
        stage.worker.measure();

        assertThat(stage.seen.notes.stream().filter(line -> line.contains("on air")))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches("source: the backup source is on air now: the first source has given nothing"
                                        + " for 1\\.\\d s"),
                        line -> assertThat(line)
                                .isEqualTo(
                                        "source: the first source is on air now: the first source has been healthy for"
                                                + " 10 s"));
        assertThat(onBackup).isEqualTo(1);
        assertThat(stage.seen.figure(Figure.SOURCE_ON_AIR)).isZero();
        assertThat(stage.seen.figure(Figure.SOURCE_CHANGES)).isEqualTo(2);
        assertThat(stage.worker.state()).isEqualTo(new StreamState.Live());
    }

    @Test
    void theStreamEndsWhenBothAreGone() {
        start(true);
        play(7_500, true, true);
        stage.source.refuse(SourceFailure.NO_SUCH_STREAM);
        stage.source.attempt().endOfStream();
        play(4_000, false, true);
        stage.backup.refuse(SourceFailure.NO_SUCH_STREAM);
        stage.backup.attempt().endOfStream();

        stage.clock.advanceMs(60_000);

        assertThat(stage.end).isInstanceOf(StreamState.Ended.class);
        assertThat(aired(Track.VIDEO)).last().matches(frame -> source(frame) == 2);
    }

    /** The last segment before the loss is still being packed when the source is back. */
    @Test
    void aSourceThatIsBackBeforeItsBackupIsNeededIsDubbedOn() {
        start(true);
        stage.filers = task -> stage.clock.schedule(stage.clock.nowNs() + 5 * MS, task);
        play(8_500, true, true);
        stage.source.attempt().fail(SourceFailure.LOST);
        play(1_000, false, true);
        play(30_000, true, true);

        assertThat(stage.seen.notes).noneMatch(line -> line.contains("on air now"));
        assertThat(stage.seen.aired).last().matches(segment -> segment.dubbed());
        assertThat(stage.sts.seen).last().isNotEqualTo("stream:pause");
    }
}
