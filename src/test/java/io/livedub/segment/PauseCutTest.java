package io.livedub.segment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.timeline.SourceTimeline;

import static org.assertj.core.api.Assertions.assertThat;

/** Segments that end at a pause: whoever searches is the test. */
class PauseCutTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000_000_000L;
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 0, 0);
    private static final AudioFormat AAC = AudioFormat.aacLc(48_000, 2);
    private static final byte[] DATA = {1, 2, 3};
    private static final long FRAME_NS = AAC.frameDurationNs();

    private record Asked(List<Frame> audio, long fromNs, long toNs, CompletableFuture<OptionalLong> answer) {}

    private Runnable answerAtOnce = () -> {};
    private final List<Asked> asked = new ArrayList<>();
    private final SourceTimeline timeline = new SourceTimeline(format -> new byte[1]);
    private final List<Segment> segments = new ArrayList<>();
    private final Segmenter segmenter = new Segmenter(6 * S, 0, (audio, from, to) -> {
        CompletableFuture<OptionalLong> answer = new CompletableFuture<>();
        asked.add(new Asked(audio, from, to, answer));
        answerAtOnce.run();
        return answer;
    });

    private void play(long fromMs, long toMs) {
        List<Frame> frames = new ArrayList<>();
        for (long i = (fromMs * 30 + 999) / 1000; i * 1000 < toMs * 30; i++) {
            long at = i * S / 30;
            frames.add(new Frame(AVC, at, at, i % 60 == 0, at, DATA));
        }
        for (long i = (fromMs * 48 + 1023) / 1024; AAC.framesToNs(i) < toMs * MS; i++) {
            long at = AAC.framesToNs(i);
            frames.add(new Frame(AAC, at, at, true, at, DATA));
        }
        frames.sort(Comparator.comparingLong(Frame::dtsNs));
        for (Frame frame : frames) {
            timeline.accept(frame).forEach(timed -> segments.addAll(segmenter.accept(timed)));
        }
    }

    private void lose() {
        timeline.sourceLost().forEach(timed -> segments.addAll(segmenter.accept(timed)));
        segments.addAll(segmenter.flush());
    }

    private void answer(long atMs) {
        asked.get(asked.size() - 1).answer.complete(OptionalLong.of(atMs * MS));
    }

    @Test
    void theLastThirdIsSearchedOnceItIsThere() {
        play(0, 5990);
        assertThat(asked).isEmpty();
        play(5990, 6100);

        assertThat(asked).hasSize(1);
        Asked search = asked.get(0);
        assertThat(search.fromNs).isEqualTo(4 * S);
        assertThat(search.toNs).isEqualTo(6 * S);
        assertThat(search.audio.get(0).ptsNs()).isBetween(3300 * MS, 3500 * MS);
        assertThat(search.audio.get(search.audio.size() - 1).ptsNs()).isBetween(6 * S - FRAME_NS, 6 * S);
    }

    @Test
    void pictureAndSoundEndAtThePauseAndTheNextSegmentBeginsThere() {
        answerAtOnce = () -> answer(asked.size() == 1 ? 4700 : 9100);
        play(0, 10_900);
        lose();

        assertThat(segments).hasSize(3);
        Segment first = segments.get(0);
        assertThat(first.full()).isTrue();
        assertThat(first.endNs()).isBetween(4700 * MS - FRAME_NS, 4700 * MS + FRAME_NS);
        assertThat(asked.get(1).toNs).isEqualTo(first.endNs() + 6 * S);
        for (int k = 1; k < segments.size(); k++) {
            Segment segment = segments.get(k);
            Segment before = segments.get(k - 1);
            assertThat(segment.t0Ns()).isEqualTo(before.endNs());
            assertThat(segment.audio().get(0).ptsNs()).isEqualTo(segment.t0Ns());
            assertThat(segment.video().get(0).ptsNs()).isBetween(segment.t0Ns() - 100 * MS, segment.t0Ns() + 100 * MS);
        }
        assertThat(frames(Track.VIDEO)).isEqualTo(327);
        assertThat(frames(Track.AUDIO)).isEqualTo(511);
    }

    private long frames(Track track) {
        return segments.stream()
                .mapToLong(segment -> (track == Track.VIDEO ? segment.video() : segment.audio()).size())
                .sum();
    }

    @Test
    void withoutAPauseItEndsAtItsFixedPlace() {
        answerAtOnce = () -> asked.get(asked.size() - 1).answer.complete(OptionalLong.empty());
        play(0, 12_500);

        assertThat(segments).hasSize(2);
        assertThat(segments.get(1).t0Ns()).isEqualTo(6 * S);
        assertThat(segments.get(1).endNs()).isEqualTo(12 * S);
    }

    @Test
    void aSearchThatFailsCostsThePlaceOnly() {
        answerAtOnce = () -> asked.get(asked.size() - 1).answer.completeExceptionally(new IllegalStateException("no"));
        play(0, 6200);

        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).durationNs()).isEqualTo(6 * S);
    }

    @Test
    void aSearchThatIsLateIsGivenUp() {
        play(0, 6450);
        assertThat(segments).isEmpty();
        play(6450, 6600);

        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).durationNs()).isEqualTo(6 * S);
        assertThat(asked.get(0).answer).isCancelled();
    }

    @Test
    void anAnswerOutsideOfTheSegmentIsNotBelieved() {
        answerAtOnce = () -> answer(-100);
        play(0, 6200);

        assertThat(segments.get(0).durationNs()).isEqualTo(6 * S);
    }

    @Test
    void aLossEndsTheSegmentWithoutWaiting() {
        play(0, 6200);
        lose();

        assertThat(segments).hasSize(2);
        assertThat(segments.get(0).durationNs()).isEqualTo(6 * S);
        assertThat(segments.get(1).full()).isFalse();
    }

    @Test
    void soundThatStopsDoesNotHoldUpThePicture() {
        play(0, 3000);
        List<Frame> pictures = new ArrayList<>();
        for (long i = 90; i < 300; i++) {
            long at = i * S / 30;
            pictures.add(new Frame(AVC, at, at, i % 60 == 0, at, DATA));
        }
        answerAtOnce = () -> asked.get(asked.size() - 1).answer.complete(OptionalLong.empty());
        pictures.forEach(frame -> timeline.accept(frame).forEach(timed -> segments.addAll(segmenter.accept(timed))));

        assertThat(segments).hasSize(1);
        assertThat(segments.get(0).durationNs()).isEqualTo(6 * S);
    }
}
