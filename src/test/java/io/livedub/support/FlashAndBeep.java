package io.livedub.support;

import java.nio.file.Path;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * How far the sound is from the picture, by the decoded flashes and beeps ({@code ./dev measure}). Sound early is negative.
 *
 * @param events flashes with a beep near them
 * @param startMs median of the first five; {@code middleMs} and {@code endMs} likewise
 */
public record FlashAndBeep(int events, double startMs, double middleMs, double endMs, double minMs, double maxMs) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param recording FLV of one of {@link LabSource}'s sources */
    public static FlashAndBeep of(Path recording) {
        try {
            JsonNode sync = JSON.readTree(
                            Shell.run("python3", "scripts/measure.py", recording.toString(), "--json", "--no-warnings"))
                    .path("sync");
            if (!sync.isObject()) {
                throw new AssertionError("no flash with a beep in " + recording);
            }
            return new FlashAndBeep(
                    sync.path("events").asInt(),
                    sync.path("start_ms").asDouble(),
                    sync.path("middle_ms").asDouble(),
                    sync.path("end_ms").asDouble(),
                    sync.path("min_ms").asDouble(),
                    sync.path("max_ms").asDouble());
        } catch (JsonProcessingException unreadable) {
            throw new AssertionError(unreadable);
        }
    }
}
