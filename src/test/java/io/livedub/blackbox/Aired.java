package io.livedub.blackbox;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.livedub.support.LoggedLine;
import io.livedub.support.Metrics;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** What a viewer got of one stream, and what its worker said of it. */
record Aired(String id, int exitCode, List<Packet> output, WorkerProcess worker) {
    private static final Pattern SEGMENT = Pattern.compile("segment (\\d+) (is dubbed|airs with its original audio).*");
    /** Half a second at a reader is what the contract of issue 4 calls a stall. */
    private static final long STALL_MS = 500;

    List<Packet> video() {
        return Packets.video(output);
    }

    List<Packet> audio() {
        return Packets.audio(output);
    }

    Metrics metrics() {
        return worker.lastMetrics();
    }

    long fallbacks(String reason) {
        return Math.round(metrics().sum("worker_fallback_total", "reason", reason));
    }

    long fallbacks() {
        return Math.round(metrics().sum("worker_fallback_total"));
    }

    long segments() {
        return Math.round(metrics().sum("worker_audio_fragments_total"));
    }

    /** Messages of transitions, as {@code breaker: closed -> open}. */
    List<String> transitions(String of) {
        return worker.output().stream()
                .filter(line -> line.message().startsWith(of + ": "))
                .map(line -> line.field("from") + ">" + line.field("to"))
                .toList();
    }

    boolean logged(String part) {
        return worker.logged(line -> line.message().contains(part)).isPresent();
    }

    /** For each segment, whether the worker says that it was dubbed. */
    Map<Integer, Boolean> dubbed() {
        Map<Integer, Boolean> dubbed = new TreeMap<>();
        for (LoggedLine line : worker.output()) {
            Matcher said = SEGMENT.matcher(line.message());
            if (said.matches()) {
                dubbed.put(Integer.parseInt(said.group(1)), said.group(2).equals("is dubbed"));
            }
        }
        return dubbed;
    }

    long dubbedSegments() {
        return dubbed().values().stream().filter(dubbed -> dubbed).count();
    }

    /** Every access unit from the first on is the source's, to its last, and none came twice. */
    Aired videoIs(List<Packet> source) {
        Packets.Match match = Packets.match(Packets.video(source), video());
        assertThat(match.matched())
                .as("%s: access units equal to the source's, of %s\n%s", id, video().size(), worker.said())
                .isEqualTo(video().size());
        return this;
    }

    /** No hole and no overlap above a frame, no time that goes back. */
    Aired audioIsWhole(int sampleRateHz) {
        double frameMs = 1024_000.0 / sampleRateHz;
        List<Packet> audio = audio();
        assertThat(audio).as("%s: audio", id).isNotEmpty();
        for (int i = 1; i < audio.size(); i++) {
            long step = audio.get(i).dtsMs() - audio.get(i - 1).dtsMs();
            assertThat((double) step)
                    .as(
                            "%s: ms from audio frame %d at %d ms to the next",
                            id, i - 1, audio.get(i - 1).dtsMs())
                    .isBetween(0.5, 2 * frameMs + 1);
        }
        // Counted as well: small gaps must not add up either.
        long last = audio.get(audio.size() - 1).dtsMs() - audio.get(0).dtsMs();
        assertThat((double) last)
                .as("%s: span of %d audio frames", id, audio.size())
                .isBetween((audio.size() - 2) * frameMs - 1, audio.size() * frameMs + 1);
        return this;
    }

    Aired neverStalls() {
        assertThat(Packets.longestStallMs(video()))
                .as("%s: longest stall of the picture", id)
                .isLessThanOrEqualTo(STALL_MS);
        assertThat(Packets.longestStallMs(audio()))
                .as("%s: longest stall of the sound", id)
                .isLessThanOrEqualTo(STALL_MS);
        return this;
    }

    /** Sound that is the source's own lies by the picture as it did in the source, to one AAC frame. */
    Aired inSync(List<Packet> source, int sampleRateHz) {
        Map<String, Long> times =
                source.stream().collect(Collectors.toMap(Packet::digest, Packet::ptsMs, (first, again) -> first));
        long picture = video().get(0).ptsMs() - times.get(video().get(0).digest());
        for (Packet packet : output) {
            Long at = times.get(packet.digest());
            if (at != null) {
                assertThat((double) (packet.ptsMs() - at - picture))
                        .as("%s: %s at %d ms against the first picture", id, packet.track(), packet.ptsMs())
                        .isBetween(-1024_000.0 / sampleRateHz - 1, 1024_000.0 / sampleRateHz + 1);
            }
        }
        return this;
    }

    /** Sound is foreign exactly where the worker says that it dubbed. For streams whose source never stops. */
    Aired airsWhatItSays(List<Packet> source, long segmentMs) {
        Set<String> own = source.stream().map(Packet::digest).collect(Collectors.toSet());
        Map<Integer, Boolean> said = dubbed();
        long zero = video().get(0).ptsMs();
        for (Packet packet : audio()) {
            long middle = packet.ptsMs() - zero + 10;
            long fromJoint = Math.min(Math.floorMod(middle, segmentMs), Math.floorMod(-middle, segmentMs));
            Boolean dubbed = said.get((int) Math.floorDiv(middle, segmentMs));
            if (fromJoint > 45 && dubbed != null) {
                assertThat(!own.contains(packet.digest()))
                        .as("%s: dubbed sound at %d ms of the output, segments %s", id, packet.ptsMs() - zero, said)
                        .isEqualTo(dubbed);
            }
        }
        return this;
    }

    /** Each segment is either dubbed or in exactly one fallback. */
    Aired countsAddUp() {
        assertThat(dubbedSegments() + fallbacks())
                .as("%s: dubbed and fallbacks, of %s\n%s", id, dubbed(), worker.said())
                .isEqualTo(dubbed().size());
        assertThat(segments()).as("%s: segments", id).isEqualTo(dubbed().size());
        return this;
    }
}
