package io.livedub.stream;

import java.time.Duration;
import java.util.Locale;

/** Says that an output was lost, once for each loss, and that it is there again. */
final class OutputReport implements Output.Listener {
    private final StreamObserver observer;

    OutputReport(StreamObserver observer) {
        this.observer = observer;
    }

    @Override
    public void lost(String reason, Duration again) {
        if (again.isZero()) {
            observer.pipelineError("sink", reason + "; it is published again until it is back");
        }
    }

    @Override
    public void back(Duration away, long missed) {
        observer.note(String.format(
                Locale.ROOT,
                "the output is back after %.1f s; %d frames were due meanwhile and are lost",
                away.toMillis() / 1e3,
                missed));
    }
}
