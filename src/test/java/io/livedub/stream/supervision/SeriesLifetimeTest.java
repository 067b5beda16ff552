package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.observe.StreamMetrics;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Whatever has a stream's id as a label is gone when the stream is: asked of all meters, so that a new one cannot be forgotten. */
class SeriesLifetimeTest {
    private static final int STREAMS = 5_000;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final VirtualClock clock = new VirtualClock();
    private final FakeLauncher launcher = new FakeLauncher();
    private final StreamRegistry registry = new StreamRegistry(
            launcher,
            new Capacity(STREAMS, () -> true),
            clock,
            InstantSource.system(),
            id -> new StreamSpec(id, "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(30)),
            SettingStore.NONE,
            new SupervisionTelemetry(meters));

    private List<String> labelled() {
        return meters.getMeters().stream()
                .filter(meter -> meter.getId().getTag("stream_id") != null)
                .map(meter -> meter.getId().toString())
                .toList();
    }

    @Test
    void afterFiveThousandStreamsNoSeriesOfOneIsLeft() {
        for (int n = 0; n < STREAMS; n++) {
            String id = "s" + n;
            registry.ready(new StreamId(id), "1");
            // Somebody's meter that nobody closes.
            Gauge.builder("any.of.it", () -> 1).tag("stream_id", id).register(meters);
            FakeLauncher.Run run = launcher.last();
            run.fails(ExitCode.PUBLISHING);
            assertThat(labelled()).anyMatch(meter -> meter.contains("worker.stream.restarts"));
            end(n % 5, id);
        }
        assertThat(labelled()).isEmpty();
    }

    private void end(int way, String id) {
        switch (way) {
            case 0 -> registry.stop(new StreamId(id), "by test");
            case 1 -> registry.notReady(new StreamId(id), "1");
            case 2 -> {
                clock.advanceMs(1_000);
                launcher.last().ends();
            }
            case 3 -> {
                clock.advanceMs(1_000);
                launcher.last().fails(ExitCode.UNSUPPORTED_SOURCE);
            }
            default -> {
                clock.advanceMs(1_000);
                registry.notReady(new StreamId(id), "1");
                launcher.last().fails(ExitCode.NO_SOURCE);
            }
        }
    }

    @Test
    void theSeriesOfOthersStay() {
        StreamMetrics other = new StreamMetrics(meters, new StreamId("other"));
        registry.ready(new StreamId("a"), "1");
        launcher.last().ends();
        assertThat(labelled()).isNotEmpty().allMatch(meter -> meter.contains("other"));
        other.accept(new LifeEvent.Gone());
        assertThat(labelled()).isEmpty();
    }
}
