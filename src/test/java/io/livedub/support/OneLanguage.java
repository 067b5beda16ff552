package io.livedub.support;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.timeline.OutputFigures;
import io.livedub.timeline.OutputTimeline;
import io.livedub.timeline.SourceClock;

/** An output timeline of one language. */
public final class OneLanguage {
    private static final String ES = "es";

    private final OutputTimeline output;

    public OneLanguage(SourceClock source, long delayNs, Function<AudioFormat, byte[]> silence) {
        output = new OutputTimeline(source, delayNs, silence);
    }

    public boolean offer(long t0Ns, long endNs, List<Frame> video, List<Frame> audio) {
        return output.offer(t0Ns, endNs, video, Map.of(ES, audio));
    }

    public boolean replaceLast(List<Frame> frames) {
        return output.replaceLast(ES, frames);
    }

    public List<Frame> due(long nowNs, long leadNs) {
        return output.due(nowNs, leadNs).getOrDefault(ES, List.of());
    }

    public OutputFigures figures() {
        return output.figures(ES);
    }

    public OutputTimeline timeline() {
        return output;
    }

    public void end() {
        output.end();
    }

    public boolean empty() {
        return output.empty();
    }

    public boolean begun() {
        return output.begun();
    }

    public long heldBytes() {
        return output.heldBytes();
    }

    public long zeroAirNs() {
        return output.zeroAirNs();
    }

    public long airNsOf(long timelineNs) {
        return output.airNsOf(timelineNs);
    }

    public void delay(long newDelayNs) {
        output.delay(newDelayNs);
    }
}
