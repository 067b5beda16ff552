package io.livedub.blackbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.blackbox.LanguageFault.Counts;
import io.livedub.echo.EchoOptions;
import io.livedub.echo.EchoServer;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MarkedProxy;
import io.livedub.support.MediaServer;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One stream in three languages, and six faults that only French has, one after the other. A fault of the output begins while STS comes back
 * from the fault before it: they have nothing to do with each other, and one after the other they would take half as long again.
 *
 * <p>{@code -Dlanguage-faults.write=true} writes the table into docs/languages.md.
 */
@Tag("in-pairs")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LanguageFaultsIT {
    /** Half a picture. On a busy machine all pictures of a stretch, and the sound with them, may move by a few: the source's clock is found by arrivals. */
    private static final long MOST_APART_MS = 16;

    private static final String ID = "languagefaults";
    private static final int SECONDS = 60;
    private static final int SEGMENT_SECONDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(45);
    private static final String LOST = "it is published again until it is back";
    private static final String BACK = "the output is back after";
    private static final String ORIGINAL_AIRS = "airs with its original audio";
    private static final List<String> OTHERS = List.of("es", "de");
    private static final Path PAGE = Path.of("docs/languages.md");
    private static final String BEGIN = "<!-- language faults: begin -->\n";
    private static final String END = "<!-- language faults: end -->\n";

    @TempDir
    private static Path folder;

    private static MediaServer server;
    private static EchoServer sts;
    private static EchoServer stsOfFrench;
    private static MarkedProxy toSts;
    private static MarkedProxy toServer;
    private static WorkerProcess worker;
    private static Process publisher;
    private static Path rivals;
    private static List<Packet> original;
    private static int exitCode;
    private static final Map<String, LiveReader> READERS = new LinkedHashMap<>();
    private static final Map<String, List<Packet>> AIRED = new LinkedHashMap<>();
    private static final List<LanguageFault> FAULTS = new ArrayList<>();

    @BeforeAll
    static void stream() throws IOException {
        Path source = LabSource.path("plain", SECONDS);
        original = Packets.ofFile(source);
        rivals = Ffmpeg.small(60);
        server = MediaServer.startHoldingPlayers(ID);
        toServer = new MarkedProxy("out-fr", server.port());
        sts = echo();
        stsOfFrench = echo();
        toSts = new MarkedProxy(ID + "--fr", sts.port()).leadMarkedTo(stsOfFrench.port());
        READERS.put("es", LiveReader.start(url("out"), folder.resolve("es.flv")));
        READERS.put("de", LiveReader.start(url("out-de"), folder.resolve("de.flv")));
        worker = WorkerProcess.run(ID)
                .env("MEDIAMTX_HOST", "127.0.0.1")
                .env("MEDIAMTX_RTMP_PORT", Integer.toString(toServer.port()))
                .dubbedBy("http://127.0.0.1:" + toSts.port())
                .env("WORKER_TARGET_LANGUAGE", "es,fr,de")
                .env("WORKER_STS_LOSS", "original")
                .env("WORKER_SEGMENT_DURATION", SEGMENT_SECONDS + "s")
                .env("WORKER_AV_OFFSET_NS", "3000000000")
                .env("WORKER_SOURCE_GRACE_MS", "1000")
                .start()
                .sampling();
        server.awaitPlayers(READERS.size() + 1, worker);
        publisher = server.publishToHeld(source, "live/" + ID + "/in", 1);
        until("French is dubbed", () -> count("worker_segments_dubbed_total", "fr") > 0);

        faults();

        exitCode = worker.awaitExit(Duration.ofSeconds(SECONDS));
        FAULTS.sort(Comparator.comparingLong(fault -> fault.before().ns()));
        READERS.forEach((language, reader) -> AIRED.put(language, reader.toEnd(Duration.ofSeconds(10))));
    }

    private static EchoServer echo() throws IOException {
        return new EchoServer(EchoOptions.defaults()).start();
    }

    private static void faults() throws IOException {
        Counts garbage = Counts.of(worker);
        stsOfFrench.simulate("{\"audio\": \"garbage\"}");
        until("garbage is noticed", () -> fallbacksSince(garbage) >= 1);
        stsOfFrench.simulate("{\"audio\": \"not_base64\"}");
        until("it is noticed again", () -> fallbacksSince(garbage) >= 2);
        wrongTypes();
        byte[] noise = new byte[64 * 1024];
        new Random(13).nextBytes(noise);
        toSts.say(noise);
        stsOfFrench.simulate("{}");
        long dubbed = count("worker_segments_dubbed_total", "fr");

        outputFault("its output is kicked", toServer::cut);
        stsFaultIsOver("STS sends garbage", garbage, dubbed);

        Counts killed = Counts.of(worker);
        toSts.refuse();
        toSts.cut();
        stsOfFrench.close();
        until("the lost STS is noticed", () -> fallbacksSince(killed) >= 2);
        stsOfFrench = echo();
        toSts.leadMarkedTo(stsOfFrench.port()).mend();
        dubbed = count("worker_segments_dubbed_total", "fr");

        outputFault("its output is refused: another publisher has the path", LanguageFaultsIT::takeThePath);
        stsFaultIsOver("STS is killed", killed, dubbed);

        Counts slow = Counts.of(worker);
        int late = logged(ORIGINAL_AIRS).size();
        stsOfFrench.simulate("{\"delay_ms\": 9000}");
        // Not the count of fallbacks, which waits for the end of the time that a result may take.
        until("slow answers are noticed", () -> logged(ORIGINAL_AIRS).size() >= late + 2);
        stsOfFrench.simulate("{}");
        dubbed = count("worker_segments_dubbed_total", "fr");

        outputFault("its output is frozen", LanguageFaultsIT::freeze);
        stsFaultIsOver("STS takes 9 s for each answer", slow, dubbed);
    }

    /** Events of the protocol's names with other things in them than the protocol says. */
    private static void wrongTypes() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        String stream = ID + "--fr";
        ObjectNode result = json.objectNode().put("fragment_id", 7).put("sequence_number", "many");
        result.putArray("dubbed_audio").add(true);
        stsOfFrench.emit(stream, "fragment:processed", json.arrayNode().add(1));
        stsOfFrench.emit(stream, "stream:ready", json.textNode("ready"));
        stsOfFrench.emit(stream, "backpressure", json.objectNode().put("action", 3));
        stsOfFrench.emit(stream, "error", json.nullNode());
        stsOfFrench.emit(stream, "fragment:processed", result);
        until("the last of it has come", () -> !logged("a result for fragment 7")
                .isEmpty());
    }

    private static void stsFaultIsOver(String name, Counts before, long dubbed) {
        until("French is dubbed again after: " + name, () -> count("worker_segments_dubbed_total", "fr") > dubbed);
        Counts after = Counts.of(worker);
        String became = String.format(
                Locale.ROOT,
                "original sound for %d segments%s, then dubbed again",
                after.fallbacks("fr") - before.fallbacks("fr"),
                after.reconnections("fr") > before.reconnections("fr") ? ", a new connection" : "");
        FAULTS.add(new LanguageFault(name, before, after, became));
    }

    /** @param fault returns when it is over, which may be before the output is back */
    private static void outputFault(String name, Runnable fault) {
        Counts before = Counts.of(worker);
        int losses = logged(LOST).size();
        CompletableFuture<Long> lostNs = CompletableFuture.supplyAsync(() -> {
            until("the loss is noticed: " + name, () -> logged(LOST).size() > losses);
            return System.nanoTime();
        });
        fault.run();
        until("the output is back after: " + name, () -> logged(BACK).size() > losses);
        Path recording = folder.resolve("fr-" + losses + ".flv");
        try (LiveReader viewer = LiveReader.start(url("out-fr"), recording)) {
            viewer.first(PATIENCE);
        }
        String away = logged(BACK).get(losses).split(BACK)[1].strip().split(";")[0];
        String became = String.format(
                Locale.ROOT,
                "noticed after %.1f s, published again %s later",
                (lostNs.join() - before.ns()) / 1e9,
                away);
        FAULTS.add(new LanguageFault(name, before, Counts.of(worker), became));
    }

    private static void takeThePath() {
        int publications = server.publications("out-fr");
        int lost = logged(LOST).size();
        toServer.refuse();
        toServer.cut();
        until("the loss is noticed", () -> logged(LOST).size() > lost);
        Process rival = Ffmpeg.publish(rivals, url("out-fr"));
        try {
            until("the other one publishes", () -> server.publications("out-fr") > publications);
            int refusals = server.refusedPublications();
            toServer.mend();
            until("the server refuses the worker", () -> server.refusedPublications() > refusals);
        } finally {
            Shell.stop(rival);
        }
    }

    private static void freeze() {
        int lost = logged(LOST).size();
        toServer.freeze();
        until("the frozen server is noticed", () -> logged(LOST).size() > lost);
        toServer.mend();
    }

    private static List<String> logged(String part) {
        return worker.output().stream()
                .map(line -> line.message())
                .filter(message -> message.contains(part))
                .toList();
    }

    private static long fallbacksSince(Counts before) {
        return count("worker_fallback_total", "fr") - before.fallbacks("fr");
    }

    private static long count(String name, String language) {
        return (long) worker.lastMetrics().sum(name, "language", language);
    }

    private static void until(String what, BooleanSupplier holds) {
        try {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    // As long as no metrics have been sampled.
                    .ignoreExceptionsInstanceOf(AssertionError.class)
                    .until(holds::getAsBoolean);
        } catch (org.awaitility.core.ConditionTimeoutException never) {
            throw new AssertionError(never.getMessage() + "\n" + worker.said(), never);
        }
    }

    private static String url(String output) {
        return server.url("live/" + ID + "/" + output);
    }

    @AfterAll
    static void stop() {
        READERS.values().forEach(LiveReader::close);
        worker.close();
        if (publisher != null) {
            Shell.stop(publisher);
        }
        toSts.close();
        toServer.close();
        stsOfFrench.close();
        sts.close();
        server.close();
    }

    @Test
    @Order(1)
    void theOthersHaveEveryPictureOfTheSourceAtItsTime() {
        assertThat(exitCode).as(worker.said()).isZero();
        for (String language : OTHERS) {
            List<Packet> pictures = Packets.video(AIRED.get(language));
            List<Packet> source = MediaServer.visible(Packets.video(original), pictures);
            assertThat(digests(pictures)).as(language).isEqualTo(digests(source));
            long shift = pictures.get(0).dtsMs() - source.get(0).dtsMs();
            for (int i = 0; i < pictures.size(); i++) {
                assertThat(pictures.get(i).dtsMs() - source.get(i).dtsMs() - shift)
                        .as("%s, picture %d: time stamp against the source's", language, i)
                        .isBetween(-MOST_APART_MS, MOST_APART_MS);
            }
        }
        assertThat(stamps(AIRED.get("de"))).isEqualTo(stamps(AIRED.get("es")));
    }

    private static List<String> digests(List<Packet> packets) {
        return packets.stream().map(Packet::digest).toList();
    }

    private static List<String> stamps(List<Packet> packets) {
        return Packets.video(packets).stream()
                .map(packet -> packet.dtsMs() + " " + packet.ptsMs())
                .toList();
    }

    @Test
    @Order(2)
    void everySegmentOfTheOthersIsDubbed() {
        for (String language : OTHERS) {
            assertThat(count("worker_segments_dubbed_total", language))
                    .as(language)
                    .isEqualTo(SECONDS / SEGMENT_SECONDS);
            assertThat(count("worker_fallback_total", language)).as(language).isZero();
            assertThat(count("worker_reconnections_total", language))
                    .as(language)
                    .isZero();
        }
        assertThat(sts.violations()).isEmpty();
    }

    @Test
    @Order(3)
    void nobodyStallsWhoWatchesTheOthers() {
        for (String language : OTHERS) {
            assertThat(Packets.longestStallMs(AIRED.get(language))).as(language).isLessThanOrEqualTo(1000);
        }
    }

    @Test
    @Order(4)
    void onlyFrenchHadFaultsAndAllOfThem() {
        assertThat(FAULTS).hasSize(6);
        // A fault of the STS does not touch this output.
        assertThat(logged(LOST)).hasSize(3);
        assertThat(logged(BACK)).hasSize(3);
        assertThat(FAULTS.stream().filter(fault -> fault.name().startsWith("STS")))
                .allSatisfy(fault -> assertThat(fault.fallbacks("fr")).isGreaterThanOrEqualTo(2));
        for (String language : OTHERS) {
            assertThat(FAULTS).allSatisfy(fault -> {
                assertThat(fault.fallbacks(language)).isZero();
                assertThat(fault.pictures(AIRED.get(language))).isNotEmpty();
            });
        }
    }

    /** After all else, so that what is written was found to be so. */
    @Test
    @Order(5)
    void thePageHasEachFault() throws IOException {
        String page = Files.readString(PAGE);
        int from = page.indexOf(BEGIN) + BEGIN.length();
        String before = page.substring(from, page.indexOf(END));
        if (Boolean.getBoolean("language-faults.write")) {
            Files.writeString(
                    PAGE,
                    page.substring(0, from) + LanguageFault.table(FAULTS, AIRED) + page.substring(page.indexOf(END)));
            before = LanguageFault.table(FAULTS, AIRED);
        }

        // The figures differ from run to run.
        for (LanguageFault fault : FAULTS) {
            assertThat(before).contains("| " + fault.name() + " |");
        }
    }
}
