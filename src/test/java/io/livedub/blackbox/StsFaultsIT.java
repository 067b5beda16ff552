package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.MediaServer;
import io.livedub.support.Outage;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Ports;
import io.livedub.support.PythonSts;
import io.livedub.support.WorkerRun;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An STS service that is slow, refuses, or is gone, on real streams: the viewer notices nothing but the language, and metrics and logs
 * say what happened. The service answers with a tone, so that dubbed sound can be told from the source's own in what airs.
 */
@Tag("many-streams")
class StsFaultsIT {
    private static final int RATE = 48_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Segments whose dub may come too late in the first seconds, in which several JVMs start at once. */
    private static final long LATE = 1;

    private static final List<String> IDS = List.of(
            "slow",
            "tooslow",
            "killed",
            "absent",
            "frozen",
            "gone",
            "original",
            "paused",
            "failing",
            "refusing",
            "late",
            "overloaded",
            "unready");

    private static MediaServer server;
    private static Path file;
    private static List<Packet> source;

    @BeforeAll
    static void start() {
        server = MediaServer.start(IDS.toArray(String[]::new));
        file = Ffmpeg.small(130);
        source = Packets.ofFile(file);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @TestFactory
    Stream<DynamicTest> the_stream_does_not_notice() {
        return new SideBySide(6)
                .add("gone for ever, and original audio is wanted: stays on air, and comes back", this::goneStaysOnAir)
                .add("gone for ever: ends with 6 after the fifth attempt", this::goneEnds)
                .add("9 s slow: timeouts, and the breaker opens", this::tooSlow)
                .add("five MODEL_ERRORs: 30 s, one probe, closed", this::failing)
                .add("killed for 10 s: dubbed again from sequence 0", this::killed)
                .add("no ready: as if it were not there", this::unready)
                .add("frozen: its connections stay open", this::frozen)
                .add("absent at the start", this::absent)
                .add("paused and never cleared: one probe, and it goes on", this::paused)
                .add("INVALID_CONFIG for ever: the breaker stays closed", this::refusing)
                .add("late by less than the timeout: a success for the breaker", this::late)
                .add("3 s slow: all dubbed", this::slow)
                .add("5 s slow and two at a time, segments of 2 s: two of three are dubbed", this::overloaded)
                .play();
    }

    private void slow() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("slow", sts.url(), run -> run.env("WORKER_AV_OFFSET_NS", "5000000000"))) {
            sts.simulate("{\"delay_ms\": 3000}");

            Aired aired = stream.airs(Duration.ofSeconds(8)).finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.fallbacks()).as(aired.worker().said()).isZero();
            assertThat(aired.dubbedSegments()).isGreaterThanOrEqualTo(6);
            assertThat(aired.transitions("breaker")).isEmpty();
            assertThat(sts.violations()).isEmpty();
            undisturbed(aired, 2000);
        }
    }

    /** Every third segment comes when both places are taken, and 5 s later it would be too late. */
    private void overloaded() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("overloaded", sts.url(), run -> run.env("WORKER_AV_OFFSET_NS", "6000000000")
                        .env("WORKER_STS_MAX_INFLIGHT", "2"))) {
            sts.simulate("{\"delay_ms\": 5000}");

            Aired aired = stream.airs(Duration.ofSeconds(40)).finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.dubbedSegments()).as(aired.worker().said()).isGreaterThanOrEqualTo((long)
                    (0.85 * aired.segments() * 2 / 3));
            assertThat(aired.fallbacks("overload")).isPositive();
            assertThat(aired.transitions("breaker")).isEmpty();
            assertThat(sts.sessions()).as("no new session").hasSize(1);
            assertThat(sts.violations()).isEmpty();
            undisturbed(aired, 2000);
        }
    }

    private void tooSlow() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("tooslow", sts.url(), run -> run.env("WORKER_SEGMENT_DURATION", "6s")
                        .env("WORKER_AV_OFFSET_NS", "6000000000"))) {
            sts.simulate("{\"delay_ms\": 9000}");

            // Five segments of 6 s, and 8 s for the last one's answer.
            stream.worker().awaitLog("breaker: closed -> open", PATIENCE.plusSeconds(30));
            double gauge = awaitGauge(stream, "worker_sts_breaker_state", 2);
            stream.worker().awaitLog("original audio (breaker_open)", PATIENCE);
            Aired aired = stream.finish();

            assertThat(gauge).isEqualTo(2);
            assertThat(aired.exitCode()).isZero();
            assertThat(aired.dubbedSegments()).isZero();
            // One more was on its way when the fifth opened it.
            assertThat(aired.fallbacks("timeout")).isBetween(5L, 6L);
            assertThat(aired.fallbacks("breaker_open") + aired.fallbacks("overload"))
                    .isEqualTo(aired.segments() - aired.fallbacks("timeout"))
                    .isPositive();
            assertThat(sts.sessions()).as("slow is not blocked").hasSize(1);
            assertThat(sts.violations()).isEmpty();
            undisturbed(aired, 6000);
        }
    }

    private void late() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("late", sts.url(), run -> run.env("WORKER_AV_OFFSET_NS", "2000000000"))) {
            sts.simulate("{\"delay_ms\": 2400}");

            Aired aired = stream.airs(Duration.ofSeconds(14)).finish();

            assertThat(aired.exitCode()).isZero();
            // A rest at the end has the more time the shorter it is, and may be answered in time.
            long inTime = aired.dubbedSegments();
            assertThat(List.copyOf(aired.dubbed().values()).subList(0, (int) aired.segments() - 1))
                    .doesNotContain(true);
            assertThat(aired.fallbacks("late") + aired.fallbacks("overload"))
                    .as(aired.worker().said())
                    .isEqualTo(aired.segments() - inTime);
            assertThat(aired.fallbacks("late")).as("tried, and late").isBetween(2L, 5L);
            assertThat(aired.segments()).isGreaterThan(5);
            assertThat(aired.transitions("breaker")).isEmpty();
            assertThat(aired.metrics().sum("worker_sts_rtt_ms_count")).isEqualTo(aired.fallbacks("late") + inTime);
            assertThat(sts.violations()).isEmpty();
            assertThat(sts.sessions()).hasSize(1);
            undisturbed(aired, 2000);
        }
    }

    private void killed() throws Exception {
        int port = Ports.free();
        EchoServer first = sts(port);
        try (first;
                Broadcast stream = stream("killed", first.url(), run -> run)) {
            stream.worker().awaitLog("is dubbed", PATIENCE);
            first.close();
            stream.worker().awaitLog("original audio (disconnected)", PATIENCE);
            Outage.lasts(Duration.ofSeconds(10));
            try (EchoServer second = sts(port)) {
                Awaitility.await("dubbed again")
                        .atMost(PATIENCE)
                        .until(() -> second.fragments().size() >= 3);
                Aired aired = stream.finish();

                assertThat(aired.exitCode()).isZero();
                assertThat(aired.fallbacks("disconnected"))
                        .isEqualTo(aired.fallbacksSinceTheFirstDub())
                        .isGreaterThanOrEqualTo(4);
                assertThat(aired.metrics().sum("worker_reconnections_total")).isEqualTo(1);
                assertThat(aired.dubbed().values())
                        .containsSequence(true, false)
                        .endsWith(true);
                assertNumbered(second);
                assertThat(second.violations()).isEmpty();
                undisturbed(aired, 2000);
            }
        }
    }

    private void absent() throws IOException {
        int port = Ports.free();
        try (Broadcast stream = stream("absent", "http://127.0.0.1:" + port, run -> run)) {
            stream.worker().awaitLog("original audio (disconnected)", PATIENCE);
            try (EchoServer sts = sts(port)) {
                Awaitility.await("dubbed")
                        .atMost(PATIENCE)
                        .until(() -> sts.fragments().size() >= 3);
                Aired aired = stream.finish();

                assertThat(aired.exitCode()).isZero();
                assertThat(aired.fallbacks("disconnected"))
                        .isEqualTo(aired.fallbacks())
                        .isPositive();
                assertThat(aired.dubbed().values()).startsWith(false).endsWith(true);
                assertNumbered(sts);
                assertThat(sts.violations()).isEmpty();
                undisturbed(aired, 2000);
            }
        }
    }

    private void goneEnds() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("gone", sts.url(), run -> run)) {
            stream.worker().awaitLog("is dubbed", PATIENCE);
            sts.close();
            long goneNs = System.nanoTime();
            stream.worker().awaitLog("-> lost", line -> line.field("to").equals("Lost"), Duration.ofSeconds(90));
            Duration tried = Duration.ofNanos(System.nanoTime() - goneNs);
            Aired aired = stream.untilItEnds(Duration.ofSeconds(30));

            assertThat(aired.exitCode()).isEqualTo(6);
            assertThat(tried).isBetween(Duration.ofSeconds(61), Duration.ofSeconds(70));
            assertThat(aired.worker().errors()).hasSize(1);
            assertThat(aired.fallbacks("disconnected"))
                    .isBetween(aired.fallbacksSinceTheFirstDub() - LATE, aired.fallbacksSinceTheFirstDub())
                    .isGreaterThan(25);
            undisturbed(aired, 2000);
        }
    }

    private void goneStaysOnAir() throws IOException {
        int port = Ports.free();
        EchoServer sts = sts(port);
        try (sts;
                Broadcast stream = stream("original", sts.url(), run -> run.env("WORKER_STS_LOSS", "original"))) {
            stream.worker().awaitLog("is dubbed", PATIENCE);
            sts.close();
            // The sixth attempt is the first that an exit would not have lived to see.
            Awaitility.await("the sixth attempt")
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> stream.worker().output().stream()
                                    .filter(line -> line.message().startsWith("sts: ")
                                            && line.field("to").contains("Reconnecting"))
                                    .count()
                            >= 6);
            try (EchoServer again = sts(port)) {
                Awaitility.await("dubbed again")
                        .atMost(PATIENCE)
                        .until(() -> again.fragments().size() >= 2);
                Aired aired = stream.finish();

                assertThat(aired.exitCode()).isZero();
                assertThat(aired.fallbacks("disconnected"))
                        .isBetween(aired.fallbacksSinceTheFirstDub() - LATE, aired.fallbacksSinceTheFirstDub())
                        .isGreaterThan(25);
                assertThat(aired.dubbed().values())
                        .containsSequence(true, false)
                        .endsWith(true);
                undisturbed(aired, 2000);
            }
        }
    }

    private void unready() throws IOException {
        try (EchoServer sts = sts(0)) {
            sts.simulate("{\"no_ready\": true}");
            try (Broadcast stream = stream("unready", sts.url(), run -> run)) {
                stream.worker()
                        .awaitLog("Reconnecting", line -> line.field("to").contains("Reconnecting"), PATIENCE);
                sts.simulate("{}");
                stream.worker().awaitLog("is dubbed", PATIENCE);
                Aired aired = stream.finish();

                assertThat(aired.exitCode()).isZero();
                assertThat(aired.fallbacks("disconnected"))
                        .isEqualTo(aired.fallbacks())
                        .isGreaterThanOrEqualTo(5);
                assertThat(aired.dubbed().values()).startsWith(false).endsWith(true);
                assertThat(sts.violations()).isEmpty();
                undisturbed(aired, 2000);
            }
        }
    }

    private void frozen() throws Exception {
        try (PythonSts sts = PythonSts.start("--ping-interval", "2", "--ping-timeout", "2");
                Broadcast stream = stream("frozen", sts.url().toString(), run -> run)) {
            stream.worker().awaitLog("is dubbed", PATIENCE);
            sts.freeze();
            stream.worker().awaitLog("Reconnecting", line -> line.field("to").contains("Reconnecting"), PATIENCE);
            stream.airs(onAirPlus(stream, 6));
            sts.thaw();
            stream.worker()
                    .awaitLog(
                            "ready again",
                            line -> line.field("to").equals("Ready") && reconnections(stream) > 0,
                            PATIENCE);
            stream.airs(onAirPlus(stream, 8));
            Aired aired = stream.finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.dubbed().values()).contains(true).endsWith(true);
            assertThat(aired.fallbacks("disconnected") + aired.fallbacks("late") + aired.fallbacks("timeout"))
                    .isEqualTo(aired.fallbacks())
                    .isGreaterThanOrEqualTo(4);
            assertThat(aired.metrics().sum("worker_reconnections_total")).isEqualTo(1);
            assertThat(sts.log().path("violations")).isEmpty();
            // This service answers with the bytes that it was sent.
            aired.videoIs(source)
                    .audioIsWhole(RATE)
                    .inSync(source, RATE)
                    .neverStalls()
                    .countsAddUp();
        }
    }

    private static Duration onAirPlus(Broadcast stream, int seconds) {
        // The service may be lost before the first segment has aired.
        stream.airs(Duration.ZERO);
        List<Packet> seen = stream.seen();
        return Duration.ofMillis(seen.get(seen.size() - 1).dtsMs() - seen.get(0).dtsMs())
                .plusSeconds(seconds);
    }

    private static double reconnections(Broadcast stream) {
        return stream.worker().lastMetrics().sum("worker_reconnections_total");
    }

    private void paused() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("paused", sts.url(), run -> run.env("WORKER_STS_PAUSE_PROBE_MS", "5000"))) {
            stream.worker().awaitLog("is dubbed", PATIENCE);
            int before = sts.fragments().size();
            long pausedMs = System.currentTimeMillis();
            sts.simulate("{\"backpressure\": {\"action\": \"pause\"}, \"never_clear\": true, \"delay_ms\": 200}");
            Awaitility.await("dubbed again")
                    .atMost(PATIENCE)
                    .until(() -> sts.fragments().size() >= before + 3);
            List<JsonNode> after = sts.fragments().subList(before, before + 3);
            Aired aired = stream.finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(after.get(0).path("received_ms").longValue() - pausedMs)
                    .as("ms to the probe")
                    .isBetween(4900L, 7500L);
            assertThat(after.get(1).path("received_ms").longValue())
                    .as("the probe comes alone")
                    .isGreaterThanOrEqualTo(after.get(0).path("answered_ms").longValue());
            assertThat(aired.fallbacks("backpressure"))
                    .isEqualTo(aired.fallbacks())
                    .isBetween(1L, 3L);
            assertThat(aired.dubbed().values()).contains(true).endsWith(true);
            assertThat(aired.metrics().sum("worker_backpressure_events_total", "action", "pause"))
                    .isPositive();
            assertThat(aired.transitions("breaker")).isEmpty();
            // The probe's answer ended the pause for the worker; this echo, told to pause whatever comes,
            // still means it.
            assertThat(sts.violations())
                    .allMatch(violation -> violation.path("code").textValue().equals("BACKPRESSURE_IGNORED"))
                    .allMatch(violation -> violation.path("at_ms").longValue()
                            > after.get(0).path("answered_ms").longValue());
            undisturbed(aired, 2000);
        }
    }

    private void failing() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("failing", sts.url(), run -> run)) {
            sts.simulate("{\"outcome\": \"error\", \"failure\": {\"error_code\": \"MODEL_ERROR\"}}");
            stream.worker().awaitLog("breaker: closed -> open", PATIENCE);
            long openedNs = System.nanoTime();
            int before = sts.fragments().size();
            sts.simulate("{\"delay_ms\": 500}");
            stream.worker().awaitLog("breaker: open -> half-open", PATIENCE);
            Duration open = Duration.ofNanos(System.nanoTime() - openedNs);
            int during = sts.fragments().size();
            stream.worker().awaitLog("breaker: half-open -> closed", PATIENCE);
            int probes = sts.fragments().size() - before;
            stream.airs(Duration.ofSeconds(4));
            Awaitility.await("dubbed again")
                    .atMost(PATIENCE)
                    .until(() -> sts.fragments().size() >= before + 3);
            Aired aired = stream.finish();

            assertThat(aired.exitCode()).isZero();
            // A sixth may have been on its way where the machine is busy.
            assertThat(before).as("sent before it opened").isBetween(5, 6);
            assertThat(during - before).as("sent while it was open").isLessThanOrEqualTo(1);
            assertThat(probes).isEqualTo(1);
            assertThat(open).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(34));
            assertThat(aired.transitions("breaker"))
                    .containsExactly("closed>open", "open>half-open", "half-open>closed");
            // Three sends of the first segment and two of the second are five failures.
            long failed = aired.fallbacks("failed");
            assertThat(failed).isBetween(2L, 3L);
            assertThat(aired.fallbacks("breaker_open"))
                    .isBetween(aired.fallbacks() - failed - LATE, aired.fallbacks() - failed)
                    .isGreaterThanOrEqualTo(13);
            assertThat(aired.dubbed().values()).startsWith(false).endsWith(true);
            assertThat(sts.violations()).isEmpty();
            undisturbed(aired, 2000);
        }
    }

    private void refusing() throws IOException {
        try (EchoServer sts = sts(0);
                Broadcast stream = stream("refusing", sts.url(), run -> run)) {
            sts.simulate("{\"outcome\": \"error\", \"failure\": {\"error_code\": \"INVALID_CONFIG\"}}");

            Aired aired = stream.airs(Duration.ofSeconds(14)).finish();

            assertThat(aired.exitCode()).isZero();
            assertThat(aired.segments()).isGreaterThan(6);
            assertThat(aired.dubbedSegments()).isZero();
            assertThat(aired.fallbacks("failed") + aired.fallbacks("disconnected"))
                    .isEqualTo(aired.segments());
            assertThat(aired.fallbacks("failed")).isGreaterThan(5);
            assertThat(aired.transitions("breaker")).isEmpty();
            assertThat(aired.metrics().sum("worker_sts_breaker_state")).isZero();
            undisturbed(aired, 2000);
        }
    }

    private static EchoServer sts(int port) throws IOException {
        return new EchoServer(EchoOptions.of("--port", String.valueOf(port), "--format", "pcm_s16le")).start();
    }

    private static Broadcast stream(String id, String sts, UnaryOperator<WorkerRun> more) {
        Broadcast stream = new Broadcast(server, id);
        stream.publish(file);
        stream.work(run -> more.apply(
                run.dubbedBy(sts).env("WORKER_SEGMENT_DURATION", "2s").env("WORKER_AV_OFFSET_NS", "3000000000")));
        return stream;
    }

    private static double awaitGauge(Broadcast stream, String name, double value) {
        Awaitility.await(name)
                .atMost(Duration.ofSeconds(5))
                .ignoreExceptions()
                .until(() -> stream.worker().metrics().sum(name) == value);
        return value;
    }

    private static void assertNumbered(EchoServer sts) {
        List<Long> numbers = sts.fragments().stream()
                .map(fragment -> fragment.path("sequence_number").longValue())
                .toList();
        assertThat(numbers)
                .isEqualTo(LongStream.range(0, numbers.size()).boxed().toList());
    }

    private static void undisturbed(Aired aired, long segmentMs) {
        aired.videoIs(source)
                .audioIsWhole(RATE)
                .inSync(source, RATE)
                .neverStalls()
                .airsWhatItSays(source, segmentMs)
                .countsAddUp();
    }
}
