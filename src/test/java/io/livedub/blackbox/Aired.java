package io.livedub.blackbox;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.livedub.media.AudioFormat;
import io.livedub.support.LoggedLine;
import io.livedub.support.MediaServer;
import io.livedub.support.Metrics;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.WorkerProcess;

import static org.assertj.core.api.Assertions.assertThat;

/** What a viewer got of one stream, and what its worker said of it. */
record Aired(String id, int exitCode, List<Packet> output, WorkerProcess worker) {
    private static final Pattern SEGMENT = Pattern.compile("segment (\\d+) (is dubbed|airs with its original audio).*");
    /** A picture this old is the one that a sound belongs to. */
    private static final long PICTURE_MS = 100;

    /** Two AAC frames, and one more on MediaMTX, which times sound and picture by itself. */
    private static final long AT_A_JOINT_MS = MediaServer.MEDIAMTX ? 70 : 45;

    private static final String TOO_SHORT = "too short to be dubbed";
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

    /** Without those before the first dub: where several JVMs start at once the first result may be fitted too late. */
    long fallbacksSinceTheFirstDub() {
        return fallbacks() - dubbed().values().stream().takeWhile(dub -> !dub).count();
    }

    /** Segments that could be dubbed: a rest of under 100 ms at the stream's end does not count. */
    long segments() {
        return dubbed().size();
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
            if (said.matches() && !line.message().endsWith(TOO_SHORT)) {
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
        return audioIsWhole(packet -> 1024_000.0 / sampleRateHz, 0);
    }

    /** The same, each frame as long as the configuration says that was announced for it. */
    Aired audioIsWhole() {
        return audioIsWholeBut(0);
    }

    /**
     * The same for sound of several sources, each of which lies where its own stamps say.
     *
     * @param joints places at which one follows the other: up to three quarters of a frame are left open at each
     */
    Aired audioIsWholeBut(int joints) {
        return audioIsWhole(
                packet -> AudioFormat.parse(HexFormat.of().parseHex(packet.config()))
                                .frameDurationNs()
                        / 1e6,
                joints);
    }

    private Aired audioIsWhole(ToDoubleFunction<Packet> durationMs, int joints) {
        List<Packet> audio = audio();
        assertThat(audio).as("%s: audio", id).isNotEmpty();
        double allMs = durationMs.applyAsDouble(audio.get(0));
        double longestMs = allMs;
        for (int i = 1; i < audio.size(); i++) {
            double frameMs = durationMs.applyAsDouble(audio.get(i - 1));
            longestMs = Math.max(longestMs, frameMs);
            long step = audio.get(i).dtsMs() - audio.get(i - 1).dtsMs();
            assertThat((double) step)
                    .as(
                            "%s: ms from audio frame %d at %d ms to the next",
                            id, i - 1, audio.get(i - 1).dtsMs())
                    .isBetween(0.5, 2 * frameMs + 1);
            allMs += durationMs.applyAsDouble(audio.get(i));
        }
        // Counted as well: small gaps must not add up either.
        long last = audio.get(audio.size() - 1).dtsMs() - audio.get(0).dtsMs();
        assertThat((double) last)
                .as("%s: span of %d audio frames", id, audio.size())
                // Where the sound changes its rate MediaMTX moves its stamps by up to a frame, and rounds once more.
                .isBetween(
                        allMs - 2 * longestMs - 1,
                        allMs + joints * 0.75 * longestMs + 1 + (MediaServer.MEDIAMTX ? longestMs + 1 : 0));
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

    /** Something comes at any time, picture or sound. */
    Aired alwaysFlows() {
        assertThat(Packets.longestStallMs(output)).as("%s: longest stall", id).isLessThanOrEqualTo(STALL_MS);
        return this;
    }

    /** Decoding times of the picture go up. */
    Aired pictureGoesForward() {
        List<Packet> video = video();
        for (int i = 1; i < video.size(); i++) {
            assertThat(video.get(i).dtsMs() - video.get(i - 1).dtsMs())
                    .as(
                            "%s: ms from access unit %d at %d ms to the next",
                            id, i - 1, video.get(i - 1).dtsMs())
                    .isPositive();
        }
        return this;
    }

    /**
     * The picture, as pieces of the source without a hole: source indices, ends included. Fails when an access unit is not the source's, or
     * comes twice, or out of order.
     */
    List<int[]> pieces(List<Packet> source) {
        Map<String, Integer> indices = new HashMap<>();
        Packets.video(source).forEach(packet -> indices.putIfAbsent(packet.digest(), indices.size()));
        List<int[]> pieces = new ArrayList<>();
        for (Packet packet : video()) {
            Integer index = indices.get(packet.digest());
            assertThat(index)
                    .as("%s: the access unit at %d ms is the source's", id, packet.dtsMs())
                    .isNotNull();
            int[] last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
            if (last != null && index == last[1] + 1) {
                last[1] = index;
            } else {
                assertThat(index)
                        .as("%s: source index at %d ms", id, packet.dtsMs())
                        .isGreaterThan(last == null ? -1 : last[1]);
                pieces.add(new int[] {index, index});
            }
        }
        return pieces;
    }

    /** Sound that is the source's own lies by the picture as it did in the source, to one AAC frame, wherever both are there. */
    Aired inSync(List<Packet> source, int sampleRateHz) {
        Map<String, Long> times = new HashMap<>();
        Set<String> repeated = new HashSet<>();
        source.stream()
                .filter(packet -> times.put(packet.digest(), packet.ptsMs()) != null)
                .forEach(packet -> repeated.add(packet.digest()));
        times.keySet().removeAll(repeated);
        TreeMap<Long, Long> pictures = new TreeMap<>();
        video().stream()
                .filter(packet -> times.containsKey(packet.digest()))
                .forEach(packet -> pictures.put(times.get(packet.digest()), packet.ptsMs()));
        double frameMs = 1024_000.0 / sampleRateHz;
        for (Packet packet : audio()) {
            Long at = times.get(packet.digest());
            if (at == null) {
                continue;
            }
            // Before and after: the sound may lie at the edge of a hole in the picture.
            Stream.of(Optional.ofNullable(pictures.floorEntry(at)), Optional.ofNullable(pictures.ceilingEntry(at)))
                    .flatMap(Optional::stream)
                    .filter(picture -> Math.abs(at - picture.getKey()) < PICTURE_MS)
                    .map(picture -> (double) (packet.ptsMs() - at - (picture.getValue() - picture.getKey())))
                    .min(Comparator.comparingDouble(Math::abs))
                    .ifPresent(error -> assertThat(error)
                            .as("%s: sound at %d ms against its picture, ms", id, packet.ptsMs())
                            .isBetween(-frameMs - 1, frameMs + 1));
        }
        return this;
    }

    /** Sound is foreign exactly where the worker says that it dubbed. For streams whose source never stops. */
    Aired airsWhatItSays(List<Packet> source, long segmentMs) {
        Map<String, Long> own = new HashMap<>();
        source.forEach(packet -> own.put(packet.digest(), packet.ptsMs()));
        Map<Integer, Boolean> said = dubbed();
        long zero = zeroMs(source);
        for (Packet packet : audio()) {
            long middle = packet.ptsMs() - zero + 10;
            long fromJoint = Math.min(Math.floorMod(middle, segmentMs), Math.floorMod(-middle, segmentMs));
            Boolean dubbed = said.get((int) Math.floorDiv(middle, segmentMs));
            if (fromJoint > AT_A_JOINT_MS && dubbed != null) {
                assertThat(!own.containsKey(packet.digest()))
                        .as(
                                "%s: dubbed sound at %d ms of the output, where the source's of %s ms is, segments %s",
                                id, packet.ptsMs() - zero, own.get(packet.digest()), said)
                        .isEqualTo(dubbed);
            }
        }
        return this;
    }

    /**
     * When the first picture of segment 0 is shown, ms of the viewer's clock. On MediaMTX a viewer may miss the first GOP: there it is known by the
     * segment's file.
     */
    long zeroMs(List<Packet> source) {
        long firstMs = video().get(0).ptsMs();
        if (!MediaServer.MEDIAMTX) {
            return firstMs;
        }
        Path file = worker.segments().resolve(id).resolve("000000_video.mp4");
        List<Packet> pictures = Packets.video(source);
        return firstMs - (shownMs(pictures, video()) - shownMs(pictures, Packets.video(Packets.ofFile(file))));
    }

    private static long shownMs(List<Packet> pictures, List<Packet> piece) {
        return pictures.get(Packets.placeOf(piece, pictures)).ptsMs();
    }

    /** Each segment is either dubbed or in exactly one fallback. */
    Aired countsAddUp() {
        assertThat(dubbedSegments() + fallbacks())
                .as("%s: dubbed and fallbacks, of %s\n%s", id, dubbed(), worker.said())
                .isEqualTo(segments());
        long rest = logged(TOO_SHORT) ? 1 : 0;
        assertThat(Math.round(metrics().sum("worker_audio_fragments_total")))
                .as("%s: audio segments", id)
                .isBetween(segments(), segments() + rest);
        return this;
    }
}
