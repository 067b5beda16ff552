package io.livedub.trace;

import org.junit.jupiter.api.Test;

import io.livedub.config.Environment;
import io.livedub.id.StreamId;
import io.livedub.stream.events.LifeEvent;
import io.livedub.support.OtlpReceiver;
import io.livedub.support.Segments;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class TracingTest {
    private static boolean sends() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals("traces") && thread.isAlive());
    }

    @Test
    void withoutAnEndpointThereIsNothingThatCouldSend() {
        // when
        Tracing tracing = new Tracing(Environment.read("WORKER_STS_MODE", "passthrough"), new VirtualClock());
        // then
        tracing.apply(new StreamId("news")).accept(Segments.of(0).cut());
        tracing.apply(new StreamId("news")).accept(new LifeEvent.Gone());
        assertThat(sends()).isFalse();
    }

    @Test
    void withOneItIsThereUntilTheProcessEnds() throws InterruptedException {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            // when
            Tracing tracing = new Tracing(
                    Environment.read(
                            "WORKER_STS_SERVICE_URL",
                            "http://sts:9000",
                            "OTEL_EXPORTER_OTLP_ENDPOINT",
                            receiver.endpoint().toString()),
                    new VirtualClock());
            // then
            assertThat(tracing.apply(new StreamId("news"))).isInstanceOf(StreamTraces.class);
            assertThat(sends()).isTrue();
            // when
            tracing.flush();
            // then
            assertThat(sends()).isFalse();
        }
    }
}
