package io.livedub.blackbox;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.livedub.support.Metrics;
import io.livedub.support.Packet;
import io.livedub.support.Packets;
import io.livedub.support.WorkerProcess;

/**
 * A fault of French alone, and what was seen from its beginning until French was as before.
 *
 * @param became what is said of French in the table
 */
record LanguageFault(String name, Counts before, Counts after, String became) {
    /** What the worker had counted at one time. */
    record Counts(long ns, Metrics metrics) {
        static Counts of(WorkerProcess worker) {
            return new Counts(System.nanoTime(), worker.lastMetrics());
        }

        long dubbed(String language) {
            return sum("worker_segments_dubbed_total", language);
        }

        long fallbacks(String language) {
            return sum("worker_fallback_total", language);
        }

        long reconnections(String language) {
            return sum("worker_reconnections_total", language);
        }

        private long sum(String name, String language) {
            return (long) metrics.sum(name, "language", language);
        }
    }

    long fallbacks(String language) {
        return after.fallbacks(language) - before.fallbacks(language);
    }

    /** Those that arrived meanwhile. */
    List<Packet> pictures(List<Packet> aired) {
        return Packets.video(aired).stream()
                .filter(packet -> packet.arrivalNs() >= before.ns && packet.arrivalNs() <= after.ns)
                .toList();
    }

    /** @param aired by language */
    static String table(List<LanguageFault> faults, Map<String, List<Packet>> aired) {
        StringBuilder table =
                new StringBuilder("| what happens to French | French | Spanish | German |\n|---|---|---|---|\n");
        for (LanguageFault fault : faults) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %s |\n",
                    fault.name,
                    fault.became,
                    fault.undisturbed("es", aired.get("es")),
                    fault.undisturbed("de", aired.get("de"))));
        }
        return table.toString();
    }

    private String undisturbed(String language, List<Packet> aired) {
        List<Packet> pictures = pictures(aired);
        return String.format(
                Locale.ROOT,
                "pictures: %d, none lost; segments: %d, all dubbed; longest pause %d ms",
                pictures.size(),
                after.dubbed(language) - before.dubbed(language),
                longestPauseMs(pictures));
    }

    private static long longestPauseMs(List<Packet> pictures) {
        long longest = 0;
        for (int i = 1; i < pictures.size(); i++) {
            longest = Math.max(
                    longest, pictures.get(i).arrivalNs() - pictures.get(i - 1).arrivalNs());
        }
        return Duration.ofNanos(longest).toMillis();
    }
}
