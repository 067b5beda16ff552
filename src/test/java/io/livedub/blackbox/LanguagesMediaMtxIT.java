package io.livedub.blackbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.support.EchoProcess;
import io.livedub.support.Ffmpeg;
import io.livedub.support.LabSource;
import io.livedub.support.LiveReader;
import io.livedub.support.MediaMtx;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.Shell;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The chain of {@link LanguagesIT} on MediaMTX. There nobody can play a path before its publisher is there, so worker and viewers come when
 * the source is on air already: what is compared is the time in which all four viewers are there.
 */
class LanguagesMediaMtxIT {
    private static final String ID = "languages";
    private static final List<String> OUTPUTS = List.of("out", "out-fr", "out-pt-br", "out-original");
    private static final Duration SOON = Duration.ofSeconds(40);
    private static final long APART_NS = Duration.ofMillis(50).toNanos();

    @TempDir
    private Path folder;

    private record Picture(long ptsMs, String digest) {}

    @Test
    void fourOutputsOfOneSourceAreOneTimeline() {
        Assumptions.assumeTrue(MediaMtx.program().isPresent(), MediaMtx.MISSING);
        Path source = LabSource.path("plain", 30);
        Map<String, LiveReader> readers = new LinkedHashMap<>();
        Map<String, TreeMap<Long, Packet>> seen = new LinkedHashMap<>();
        Process publisher = null;
        try (MediaMtx server = MediaMtx.start(true);
                EchoProcess echo = EchoProcess.start()) {
            publisher = Ffmpeg.publish(source, server.url("live/" + ID + "/in"));
            // MediaMTX makes access units anew, so the source is what its readers get.
            readers.put("in", LiveReader.start(server.url("live/" + ID + "/in"), folder.resolve("in.flv")));
            readers.get("in").first(SOON);
            try (WorkerProcess worker = WorkerProcess.run(ID)
                    .on(server)
                    .dubbedBy(echo.url())
                    .segments(folder.resolve("segments"))
                    .env("WORKER_TARGET_LANGUAGE", "es,fr:anna,pt-BR,original")
                    .env("WORKER_SEGMENT_DURATION", "2s")
                    .env("WORKER_AV_OFFSET_NS", "3000000000")
                    .start()
                    .sampling()) {
                for (String output : OUTPUTS) {
                    readers.put(
                            output,
                            LiveReader.start(server.url("live/" + ID + "/" + output), folder.resolve(output + ".flv")));
                }
                readers.values().forEach(reader -> reader.first(SOON));
                assertThat(worker.awaitExit(Duration.ofSeconds(90)))
                        .as(worker.said())
                        .isZero();
                readers.forEach((output, reader) -> seen.put(output, byStamp(reader.toEnd(Duration.ofSeconds(15)))));
                for (String language : List.of("es", "fr", "pt-br")) {
                    assertThat(worker.lastMetrics().sum("worker_segments_dubbed_total", "language", language))
                            .as(language)
                            .isGreaterThanOrEqualTo(8);
                }
            }
        } finally {
            readers.values().forEach(LiveReader::close);
            if (publisher != null) {
                Shell.stop(publisher);
            }
        }
        assertOneTimeline(seen, new ArrayList<>(seen.remove("in").values()));
    }

    private static TreeMap<Long, Packet> byStamp(List<Packet> packets) {
        TreeMap<Long, Packet> all = new TreeMap<>();
        Packets.video(packets).forEach(packet -> all.put(packet.dtsMs(), packet));
        return all;
    }

    private static void assertOneTimeline(Map<String, TreeMap<Long, Packet>> seen, List<Packet> source) {
        long from = seen.values().stream().mapToLong(TreeMap::firstKey).max().orElseThrow();
        long to = seen.values().stream().mapToLong(TreeMap::lastKey).min().orElseThrow();
        Map<Long, Packet> first = seen.get("out").subMap(from, true, to, true);
        assertThat(first).as("pictures that all have").hasSizeGreaterThan(300);
        Set<String> known = source.stream().map(Packet::digest).collect(Collectors.toCollection(HashSet::new));
        assertThat(first.values()).allMatch(packet -> known.contains(packet.digest()));
        seen.forEach((output, all) -> assertThat(pictures(all.subMap(from, true, to, true)))
                .as(output)
                .isEqualTo(pictures(first)));
        List<Long> apart = new ArrayList<>();
        first.keySet().forEach(stamp -> {
            long[] arrivals = seen.values().stream()
                    .mapToLong(all -> all.get(stamp).arrivalNs())
                    .sorted()
                    .toArray();
            apart.add(arrivals[arrivals.length - 1] - arrivals[0]);
        });
        apart.sort(null);
        // A server that another program's work holds up, and readers that are processes of their own.
        assertThat(apart.get((int) (apart.size() * 0.99))).isLessThanOrEqualTo(APART_NS);
    }

    private static Map<Long, Picture> pictures(Map<Long, Packet> packets) {
        return packets.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        entry -> new Picture(
                                entry.getValue().ptsMs(), entry.getValue().digest())));
    }
}
