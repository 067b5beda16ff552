package io.livedub.trace;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

import io.livedub.dub.AiredSegment;
import io.livedub.dub.AiredSegment.Airing;
import io.livedub.id.StreamId;
import io.livedub.segment.Segment;
import io.livedub.stream.events.FallbackReason;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Segments of 2 s that air 5 s after their first frame; the first one's is at 0. */
class SegmentTracesTest {
    private static final long MS = 1_000_000L;
    private static final long EPOCH_NS = 1_700_000_000_000_000_000L;

    private final VirtualClock clock = new VirtualClock();
    private final List<List<Span>> told = new ArrayList<>();
    private final SegmentTraces traces = new SegmentTraces(new StreamId("news"), "es", clock, EPOCH_NS, told::add);
    private final Segment segment = Segments.of(0);

    private void at(long ms) {
        clock.advanceTo(ms * MS);
    }

    private void cutAndSent() {
        at(2_000);
        traces.accept(segment.cut());
        at(2_010);
        traces.accept(new SegmentEvent.FragmentSent(segment.fragmentId()));
    }

    private void placed(Airing airing) {
        traces.accept(new AiredSegment(segment, segment.audio(), airing).aired(0, 5_000 * MS));
    }

    private Map<String, Span> onlyTrace() {
        assertThat(told).hasSize(1);
        return told.get(0).stream().collect(Collectors.toMap(Span::name, Function.identity()));
    }

    private static List<Long> times(Span span) {
        return List.of((span.startNs() - EPOCH_NS) / MS, (span.endNs() - EPOCH_NS) / MS);
    }

    @Test
    void aDubbedSegmentIsToldWhenItIsOnAir() {
        // given
        cutAndSent();
        at(3_010);
        traces.accept(new SegmentEvent.RoundTrip(segment.fragmentId(), Duration.ofMillis(1_000)));
        at(3_200);
        traces.accept(new SegmentEvent.Fitted(segment.fragmentId(), Duration.ofMillis(150)));
        placed(new Airing.AirsDubbed("untouched", "hello", "hola"));
        at(4_999);
        assertThat(told).isEmpty();
        // when
        at(5_000);
        // then
        Map<String, Span> spans = onlyTrace();
        assertThat(spans).containsOnlyKeys("segment", "receive", "sts", "fit", "wait");
        assertThat(times(spans.get("segment"))).containsExactly(0L, 5_000L);
        assertThat(times(spans.get("receive"))).containsExactly(0L, 2_000L);
        assertThat(times(spans.get("sts"))).containsExactly(2_010L, 3_010L);
        assertThat(times(spans.get("fit"))).containsExactly(3_050L, 3_200L);
        assertThat(times(spans.get("wait"))).containsExactly(3_200L, 5_000L);
        assertThat(spans.get("segment").error()).isEmpty();
        assertThat(spans.get("segment").traceId())
                .isEqualTo(segment.fragmentId().toString().replace("-", ""));
        assertThat(spans.get("segment").attributes())
                .containsEntry("streamId", "news")
                .containsEntry("batch", 0L)
                .containsEntry("outcome", "dubbed")
                .containsEntry("detail", "untouched")
                .containsEntry("roundTripMs", 1_000L)
                .containsEntry("deadlineSlackMs", 5_000L - 500 - 3_010)
                .doesNotContainKeys("reason");
        assertThat(spans.get("sts").client()).isTrue();
        assertThat(told.get(0)).extracting(Span::spanId).doesNotHaveDuplicates();
    }

    @Test
    void aResultThatIsLateIsWaitedForAndHasANegativeSlack() {
        // given
        cutAndSent();
        at(4_500);
        placed(new Airing.AirsOriginal("no result by its deadline"));
        at(6_000);
        assertThat(told).as("why is not known yet").isEmpty();
        // when
        traces.accept(new SegmentEvent.RoundTrip(segment.fragmentId(), Duration.ofMillis(3_990)));
        traces.accept(
                new SegmentEvent.Fallback(segment.fragmentId(), FallbackReason.LATE, "its result came after 3990 ms"));
        // then
        Span root = onlyTrace().get("segment");
        assertThat(times(root)).containsExactly(0L, 5_000L);
        assertThat(root.error()).contains("its result came after 3990 ms");
        assertThat(root.attributes())
                .containsEntry("outcome", "original")
                .containsEntry("reason", "late")
                .containsEntry("deadlineSlackMs", -1_500L);
        assertThat(times(onlyTrace().get("sts"))).containsExactly(2_010L, 6_000L);
    }

    @Test
    void aTimeOutHasNoResultAndEachResendCounts() {
        // given
        cutAndSent();
        at(2_500);
        traces.accept(new SegmentEvent.FragmentSent(segment.fragmentId()));
        at(4_000);
        traces.accept(new SegmentEvent.Fallback(segment.fragmentId(), FallbackReason.TIMEOUT, "no result"));
        placed(new Airing.AirsOriginal("no result"));
        // when
        at(5_000);
        // then
        Span sts = onlyTrace().get("sts");
        assertThat(sts.attributes()).containsEntry("sends", 2L);
        assertThat(sts.error()).contains("no result");
        assertThat(times(sts)).containsExactly(2_010L, 4_000L);
        assertThat(times(onlyTrace().get("wait"))).containsExactly(4_000L, 5_000L);
        assertThat(onlyTrace().get("segment").attributes()).doesNotContainKey("roundTripMs");
    }

    @Test
    void whatWasNeverSentHasNoSpanOfSts() {
        // given
        at(2_000);
        traces.accept(segment.cut());
        placed(new Airing.AirsOriginal("too short to be dubbed"));
        // when
        at(5_000);
        // then
        assertThat(onlyTrace()).containsOnlyKeys("segment", "receive", "wait");
        assertThat(onlyTrace().get("segment").attributes()).containsEntry("detail", "too short to be dubbed");
    }

    @Test
    void aStreamThatEndsTellsWhatNeverAired() {
        // given
        cutAndSent();
        // when
        traces.accept(new LifeEvent.Gone());
        at(6_000);
        // then
        assertThat(onlyTrace().get("segment").attributes()).containsEntry("outcome", "not aired");
        assertThat(onlyTrace()).doesNotContainKey("wait");
    }

    @Test
    void noMoreThanSixtyFourAreRemembered() {
        for (int n = 0; n < 70; n++) {
            traces.accept(Segments.of(n).cut());
        }
        assertThat(told).hasSize(6);
    }
}
