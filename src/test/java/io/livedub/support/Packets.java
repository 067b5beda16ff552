package io.livedub.support;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;

/** Questions about packets. */
public final class Packets {
    /** More than a second of pictures. */
    private static final int TELLING = 40;

    /** What a server sends at once to a reader that joins is not the stream's own flow. */
    private static final long JOIN_BURST_NS = TimeUnit.SECONDS.toNanos(2);

    private Packets() {}

    /**
     * How an output lies in its source.
     *
     * @param startsAt index in the source of the output's first packet, -1 when it is not there
     * @param matched packets from there on that are equal
     * @param left packets of the source behind the last equal one
     */
    public record Match(int startsAt, int matched, int left) {}

    /** Of any file; payloads as they are. */
    public static List<Packet> ofFile(Path file) {
        return Shell.run("python3", "src/test/python/packets.py", file.toString())
                .lines()
                .map(Packet::parse)
                .toList();
    }

    public static List<Packet> video(Collection<Packet> packets) {
        return packets.stream().filter(Packet::video).toList();
    }

    public static List<Packet> audio(Collection<Packet> packets) {
        return packets.stream().filter(packet -> !packet.video()).toList();
    }

    /** The longest run; a still picture or silence repeats its payloads. */
    public static Match match(List<Packet> source, List<Packet> output) {
        int start = -1;
        int longest = 0;
        for (int from = 0; from < source.size() && !output.isEmpty(); from++) {
            int length = 0;
            while (length < output.size()
                    && from + length < source.size()
                    && source.get(from + length)
                            .digest()
                            .equals(output.get(length).digest())) {
                length++;
            }
            if (length > longest) {
                start = from;
                longest = length;
            }
        }
        return new Match(start, longest, source.size() - start - longest);
    }

    /** From the first packet's presentation to the last one's, of one track. */
    public static long spanMs(List<Packet> track) {
        return track.stream().mapToLong(Packet::ptsMs).max().orElse(0)
                - track.stream().mapToLong(Packet::ptsMs).min().orElse(0);
    }

    /** Longest time in which nothing arrived, once the reader's joining is over. */
    public static long longestStallMs(List<Packet> packets) {
        long settledNs = packets.get(0).arrivalNs() + JOIN_BURST_NS;
        long longest = 0;
        for (int i = 1; i < packets.size(); i++) {
            if (packets.get(i - 1).arrivalNs() >= settledNs) {
                longest = Math.max(
                        longest, packets.get(i).arrivalNs() - packets.get(i - 1).arrivalNs());
            }
        }
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }

    /** Sorted, ms: the same payload at a reader of the source and at one of the output. Payloads that repeat are left out. */
    public static long[] latenciesMs(List<Packet> source, List<Packet> output) {
        Map<String, Long> arrivals = new HashMap<>();
        Set<String> repeated = new HashSet<>();
        for (Packet packet : source) {
            if (arrivals.put(packet.digest(), packet.arrivalNs()) != null) {
                repeated.add(packet.digest());
            }
        }
        long settledNs = output.get(0).arrivalNs() + JOIN_BURST_NS;
        return output.stream()
                .filter(packet -> packet.arrivalNs() >= settledNs)
                .filter(packet -> arrivals.containsKey(packet.digest()) && !repeated.contains(packet.digest()))
                .mapToLong(packet -> TimeUnit.NANOSECONDS.toMillis(packet.arrivalNs() - arrivals.get(packet.digest())))
                .sorted()
                .toArray();
    }

    public static long percentile(long[] sorted, double share) {
        return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
    }

    /** By how much more packets are behind their time stamps in the last five seconds than in the first five (medians), ms. */
    public static long laterMs(List<Packet> arrived) {
        long first = arrived.get(0).dtsMs();
        long last = arrived.get(arrived.size() - 1).dtsMs();
        return lagMs(arrived, last - 5000, last) - lagMs(arrived, first, first + 5000);
    }

    private static long lagMs(List<Packet> arrived, long fromMs, long toMs) {
        long[] lags = arrived.stream()
                .filter(packet -> packet.dtsMs() >= fromMs && packet.dtsMs() <= toMs)
                .mapToLong(packet -> TimeUnit.NANOSECONDS.toMillis(packet.arrivalNs()) - packet.dtsMs())
                .sorted()
                .toArray();
        return percentile(lags, 0.5);
    }

    /**
     * Packets of an output that come between two neighbours of the source, the longest such run; not what follows the last one. Fails when
     * one of the source is missing before the output's end.
     */
    public static int longestInsertion(List<Packet> source, List<Packet> output) {
        int next = 0;
        int run = 0;
        int longest = 0;
        for (Packet packet : output) {
            if (next < source.size() && packet.digest().equals(source.get(next).digest())) {
                next++;
                longest = Math.max(longest, run);
                run = 0;
            } else {
                run++;
            }
        }
        if (next < source.size() - 2) {
            throw new AssertionError("packet %d of %d of the source is missing".formatted(next, source.size()));
        }
        return longest;
    }

    /**
     * Where a piece of a track begins in it. A single picture may be there several times: its followers tell which one it is.
     *
     * @throws AssertionError when it is not of this track
     */
    public static int placeOf(List<Packet> piece, List<Packet> track) {
        List<String> digests = track.stream().map(Packet::digest).toList();
        List<String> wanted = piece.stream().limit(TELLING).map(Packet::digest).toList();
        int at = Collections.indexOfSubList(digests, wanted);
        if (at < 0) {
            throw new AssertionError("a piece that begins at %d ms is not of the source"
                    .formatted(piece.get(0).dtsMs()));
        }
        return at;
    }

    /** For each AAC frame, ms: how far it lies from where the count of samples puts it. */
    public static LongStream audioErrorsMs(List<Packet> audio, int sampleRateHz) {
        List<Long> errors = new ArrayList<>();
        for (int i = 0; i < audio.size(); i++) {
            long due = audio.get(0).ptsMs() + Math.round(i * 1024_000.0 / sampleRateHz);
            errors.add(audio.get(i).ptsMs() - due);
        }
        return errors.stream().mapToLong(Long::longValue);
    }
}
