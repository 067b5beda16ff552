package io.livedub.support;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The measuring tool ({@code ./dev measure}) from a test: starts {@code scripts/measure.py} and reads its JSON. The same
 * programme judges demo, bench and tests, so a figure means the same everywhere.
 */
public final class Measure {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final JsonNode report;

    private Measure(JsonNode report) {
        this.report = report;
    }

    /** A recording, flash and beep included. */
    public static Measure file(Path recording) {
        return run(List.of(recording.toString()));
    }

    /** A recording and the source it was made of: byte-identity as well. */
    public static Measure file(Path recording, Path source) {
        return run(List.of(recording.toString(), "--source", source.toString()));
    }

    /**
     * Two live streams read side by side until the output ends, {@code atMost} long: latency and stalls as well. Blocks.
     *
     * @param save where the output is kept as FLV
     */
    public static Measure live(String outputUrl, String sourceUrl, Duration atMost, Path save) {
        return run(List.of(
                outputUrl,
                "--source",
                sourceUrl,
                "--seconds",
                Long.toString(atMost.toSeconds()),
                "--save",
                save.toString()));
    }

    /** The path of a generated source: plain, mono25, bframes, irregular, silent, mp3, hevc (see {@code ./dev source}). */
    public static Path source(String name, int seconds) {
        return Path.of(output(List.of("scripts/source.py", name, "--seconds", Integer.toString(seconds)))
                .strip());
    }

    /** Sound minus picture in ms, sound early is negative; empty when no flash with a beep was found. */
    public Optional<Sync> sync() {
        JsonNode sync = report.path("sync");
        return sync.isObject()
                ? Optional.of(new Sync(
                        sync.get("events").asInt(),
                        sync.get("start_ms").asDouble(),
                        sync.get("middle_ms").asDouble(),
                        sync.get("end_ms").asDouble(),
                        sync.get("drift_ms_per_min").asDouble()))
                : Optional.empty();
    }

    /** Whether the track's payloads are a contiguous piece of the source's, byte for byte. {@code track}: video or audio. */
    public boolean identical(String track) {
        return report.path("identity").path(track).path("identical").asBoolean();
    }

    /** Duration of a track in ms: last minus first PTS and one usual step. */
    public long durationMs(String track) {
        return report.path(track).path("duration_ms").asLong();
    }

    /** Steps between DTS of more than one and a half usual ones. */
    public int gaps(String track) {
        return report.path(track).path("gaps").asInt();
    }

    public int backwards(String track) {
        return report.path(track).path("backwards").asInt();
    }

    /** The longest time without any packet at the reader, in ms, two seconds after its start and later; live only. */
    public long longestStallMs() {
        return report.path("stalls").path("any_ms").asLong(-1);
    }

    /** Median latency in ms by equal access units at two readers; live only, -1 when nothing matched. */
    public long latencyMs() {
        return report.path("latency").path("median_ms").asLong(-1);
    }

    /** What a decoder complained of. */
    public List<String> decodeWarnings() {
        List<String> lines = new ArrayList<>();
        report.path("decode_warnings").forEach(line -> lines.add(line.asText()));
        return lines;
    }

    /** Everything, for what has no method here; its fields are those of {@code ./dev measure --json}. */
    public JsonNode json() {
        return report;
    }

    @Override
    public String toString() {
        return report.toPrettyString();
    }

    private static Measure run(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("scripts/measure.py", "--json"));
        command.addAll(arguments);
        try {
            return new Measure(JSON.readTree(output(command)));
        } catch (IOException e) {
            throw new IllegalStateException("measure.py printed no JSON", e);
        }
    }

    private static String output(List<String> script) {
        List<String> command = new ArrayList<>(List.of("python3"));
        command.addAll(script);
        Path answer = null;
        try {
            // To a file: with a pipe, waiting with a limit and reading would need a thread.
            answer = Files.createTempFile("measure", ".json");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(answer.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end within " + LIMIT);
            }
            String text = Files.readString(answer);
            if (process.exitValue() != 0) {
                throw new IllegalStateException(command + " ended with " + process.exitValue() + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new IllegalStateException(command + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(command + " was interrupted", e);
        } finally {
            delete(answer);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    /** Medians of five events at three places, ms; drift in ms a minute. */
    public record Sync(int events, double startMs, double middleMs, double endMs, double driftMsPerMinute) {}
}
