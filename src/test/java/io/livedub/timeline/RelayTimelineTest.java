package io.livedub.timeline;

import java.util.ArrayList;
import java.util.List;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.media.Track;

import static io.livedub.timeline.FakeSource.MS;
import static io.livedub.timeline.FakeSource.S;
import static org.assertj.core.api.Assertions.assertThat;

class RelayTimelineTest {
    private static final long AAC_NS = FakeSource.AAC.frameDurationNs();

    private final FakeSource source = new FakeSource();
    private final SourceTimeline timeline = new SourceTimeline(FakeSource::silence);
    private final RelayTimeline relay = new RelayTimeline(timeline.clock(), FakeSource::silence);
    private final List<Frame> out = new ArrayList<>();

    private void feed(long fromNs, long toNs) {
        source.frames(fromNs, toNs).forEach(f -> {
            out.addAll(relay.due(f.arrivalNs()));
            out.addAll(relay.accept(timeline.accept(f)));
        });
    }

    private List<Frame> track(Track track) {
        return out.stream().filter(f -> f.track() == track).toList();
    }

    @Test
    void framesGoOutAsTheyComeFromZeroOn() {
        source.bFrames = true;
        source.originNs = 999 * S;

        feed(300 * MS, 5 * S);

        assertThat(track(Track.VIDEO).get(0).dtsNs()).isZero();
        assertThat(track(Track.VIDEO).get(0).ptsNs()).isEqualTo(33 * MS);
        assertThat(track(Track.VIDEO)).hasSize(120);
        assertThat(out).noneMatch(f -> f.dtsNs() < 0);
        assertThat(relay.filled()).isZero();
        assertThat(relay.overlapping()).isZero();
    }

    @Test
    void silenceGoesOnWhileNothingComesAndTheReturnJoinsBehindIt() {
        feed(0, 10 * S);
        timeline.sourceLost();
        for (long now = 10 * S; now < 24 * S; now += 100 * MS) {
            out.addAll(relay.due(source.clockNs + now));
        }
        long filledMeanwhile = relay.filled();

        feed(24 * S, 28 * S);

        assertThat(filledMeanwhile).isBetween(600L, 608L);
        assertThat(track(Track.VIDEO).get(300).ptsNs()).isCloseTo(24 * S, Offset.offset(2 * MS));
        assertThat(relay.overlapping()).isLessThan(2);
        List<Frame> audio = track(Track.AUDIO);
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).ptsNs() - audio.get(i - 1).ptsNs();
            assertThat(Math.abs(step - AAC_NS)).isLessThan(AAC_NS);
        }
    }

    @Test
    void whatComesIntoFilledTimeIsDropped() {
        feed(0, 5 * S);
        out.addAll(relay.due(source.clockNs + 20 * S));

        List<Frame> late = new ArrayList<>();
        source.audio(5 * S, 6 * S, late);
        late.forEach(f -> out.addAll(relay.accept(timeline.accept(f))));

        assertThat(relay.overlapping()).isGreaterThan(40);
    }

    @Test
    void nothingIsDueBeforeAnythingCame() {
        assertThat(relay.due(100 * S)).isEmpty();
        assertThat(relay.accept(List.of())).isEmpty();
    }
}
