package io.livedub.trace;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Logger;

import io.opentelemetry.proto.trace.v1.Status;
import org.awaitility.Awaitility;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.livedub.support.OtlpReceiver;
import io.livedub.support.Ports;

import static org.assertj.core.api.Assertions.assertThat;

/** What a collector gets, read into OTLP's own messages; and what becomes of one that does not take it. */
class OtlpExporterTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static Span span(String name) {
        return new Span(
                TRACE,
                "00f067aa0ba902b7",
                "",
                name,
                true,
                1_700_000_000_000_000_001L,
                1_700_000_000_500_000_002L,
                Map.of("batch", 7L, "text", "a \"b\" ünï", "share", 0.5, "flag", true),
                Optional.of("went wrong"));
    }

    @Test
    void aCollectorReadsWhatWasSent() {
        try (OtlpReceiver receiver = new OtlpReceiver();
                OtlpExporter exporter = new OtlpExporter(
                        receiver.endpoint(),
                        Map.of("Authorization", "Bearer t0ken"),
                        Map.of("service.name", "stream-worker"))) {
            // when
            exporter.export(List.of(span("segment")));
            // then
            Awaitility.await().atMost(SOON).until(() -> !receiver.spans().isEmpty());
            assertThat(receiver.faults()).isEmpty();
            assertThat(receiver.header("Authorization")).isEqualTo("Bearer t0ken");
            assertThat(receiver.resource()).containsEntry("service.name", "stream-worker");
            io.opentelemetry.proto.trace.v1.Span read = receiver.spans().get(0);
            assertThat(OtlpReceiver.hex(read.getTraceId())).isEqualTo(TRACE);
            assertThat(OtlpReceiver.hex(read.getSpanId())).isEqualTo("00f067aa0ba902b7");
            assertThat(read.getName()).isEqualTo("segment");
            assertThat(read.getKind()).isEqualTo(io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT);
            assertThat(read.getStartTimeUnixNano()).isEqualTo(1_700_000_000_000_000_001L);
            assertThat(read.getEndTimeUnixNano()).isEqualTo(1_700_000_000_500_000_002L);
            assertThat(read.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(read.getStatus().getMessage()).isEqualTo("went wrong");
            assertThat(OtlpReceiver.attributes(read))
                    .containsEntry("batch", "7")
                    .containsEntry("text", "a \"b\" ünï");
            assertThat(read.getAttributesList())
                    .anyMatch(attribute -> attribute.getValue().getDoubleValue() == 0.5)
                    .anyMatch(attribute -> attribute.getValue().getBoolValue());
        }
    }

    @Test
    @Timeout(20)
    void oneThatHangsHoldsNobodyUpAndCostsTracesBeyondTheBound() {
        try (OtlpReceiver receiver = new OtlpReceiver().hanging()) {
            OtlpExporter exporter = new OtlpExporter(receiver.endpoint(), Map.of(), Map.of());
            exporter.export(List.of(span("first")));
            Awaitility.await().atMost(SOON).until(() -> receiver.requests() == 1);
            // when
            long startNs = System.nanoTime();
            for (int n = 0; n < 10_000; n++) {
                exporter.export(List.of(span("more")));
            }
            long tookMs = (System.nanoTime() - startNs) / 1_000_000;
            // then
            assertThat(tookMs).as("ten thousand of them").isLessThan(1_000);
            // when
            startNs = System.nanoTime();
            exporter.close();
            // then
            assertThat((System.nanoTime() - startNs) / 1_000_000).isLessThan(4_000);
        }
    }

    @Test
    void oneThatIsGoneOrRefusesAndComesBackGetsWhatComesThen() {
        int port = Ports.free();
        try (OtlpExporter exporter =
                new OtlpExporter(java.net.URI.create("http://127.0.0.1:" + port + "/"), Map.of(), Map.of())) {
            exporter.export(List.of(span("while it is gone")));
            try (OtlpReceiver receiver = new OtlpReceiver(port)) {
                // when
                receiver.answer(503);
                Awaitility.await().atMost(SOON).until(() -> {
                    exporter.export(List.of(span("while it refuses")));
                    return receiver.requests() > 0;
                });
                receiver.answer(200);
                // then
                Awaitility.await().atMost(SOON).until(() -> {
                    exporter.export(List.of(span("back")));
                    return receiver.spans().stream()
                            .anyMatch(span -> span.getName().equals("back"));
                });
                assertThat(receiver.faults()).isEmpty();
            }
        }
    }

    @Test
    void theLogCountsWhatWasNotDelivered() {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord record) {
                lines.add(record.getFormattedMessage());
            }
        };
        Logger log = Logger.getLogger("io.livedub.trace");
        log.addHandler(handler);
        try (OtlpReceiver receiver = new OtlpReceiver();
                OtlpExporter exporter = new OtlpExporter(receiver.endpoint(), Map.of(), Map.of())) {
            for (int outage = 0; outage < 2; outage++) {
                int before = lines.size();
                // when
                receiver.answer(503);
                exporter.export(List.of(span("lost")));
                Awaitility.await().atMost(SOON).until(() -> lines.size() == before + 1);
                receiver.answer(200);
                exporter.export(List.of(span("back")));
                Awaitility.await().atMost(SOON).until(() -> lines.size() == before + 2);
            }
            // then
            assertThat(lines)
                    .filteredOn(line -> line.contains("again"))
                    .containsOnly("traces are delivered again; 1 were dropped meanwhile");
        } finally {
            log.removeHandler(handler);
        }
    }

    @Test
    void whatIsLeftIsSentAtTheEnd() {
        try (OtlpReceiver receiver = new OtlpReceiver()) {
            OtlpExporter exporter = new OtlpExporter(receiver.endpoint(), Map.of(), Map.of());
            for (int n = 0; n < 100; n++) {
                exporter.export(List.of(span("n" + n)));
            }
            // when
            exporter.close();
            // then
            assertThat(receiver.spans()).hasSize(100);
        }
    }
}
