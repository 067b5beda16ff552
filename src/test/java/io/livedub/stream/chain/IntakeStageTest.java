package io.livedub.stream.chain;

import java.util.ArrayList;
import java.util.List;

import io.smallrye.mutiny.Multi;
import org.junit.jupiter.api.Test;

import io.livedub.media.Frame;
import io.livedub.segment.Segmenter;
import io.livedub.stream.FrameAdmission;
import io.livedub.stream.source.SourceEvent;
import io.livedub.support.Segments;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

class IntakeStageTest {
    private static final long MS = 1_000_000L;

    @Test
    void picturesInFrontOfTheFirstKeyframeAreNotHeld() {
        byte[] large = new byte[1 << 20];
        long before = FrameAdmission.mostBytes() / large.length + 20;
        List<SourceEvent> events = new ArrayList<>();
        for (int i = 0; i < before + 100; i++) {
            long atNs = i * 5 * MS;
            events.add(new SourceEvent.Arrived(new Frame(
                    Segments.AVC, atNs, atNs, i >= before && i % 25 == 0, atNs, i < before ? large : new byte[100])));
        }
        IntakeStage intake = new IntakeStage(
                new SourceTimeline(format -> new byte[1]),
                new Segmenter(2_000 * MS, 0),
                (video, audio) -> {},
                audio -> {},
                () -> 0,
                fromNs -> false);

        List<TimedFrame> placed = Multi.createFrom()
                .iterable(events)
                .plug(intake::apply)
                .onItem()
                .transformToMultiAndConcatenate(taken -> Multi.createFrom().iterable(taken.frames()))
                .collect()
                .asList()
                .await()
                .indefinitely();

        assertThat(intake.dropped()).isZero();
        assertThat(placed).hasSizeGreaterThan(70);
    }
}
