package io.livedub.echo;

import java.util.Base64;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The answer's sound with its labels, which need not be true: see {@link Simulation.AudioFault}.
 *
 * @param background what is sent as {@code metadata.background_audio}; null without
 */
record Dub(String format, int sampleRateHz, int channels, long durationMs, String base64, Dub background) {
    static Dub of(String format, int sampleRateHz, int channels, long durationMs, byte[] data) {
        return new Dub(
                format, sampleRateHz, channels, durationMs, Base64.getEncoder().encodeToString(data), null);
    }

    Dub labelled(String otherFormat) {
        return new Dub(otherFormat, sampleRateHz, channels, durationMs, base64, background);
    }

    Dub carrying(String otherBase64) {
        return new Dub(format, sampleRateHz, channels, durationMs, otherBase64, background);
    }

    Dub over(Dub newBackground) {
        return new Dub(format, sampleRateHz, channels, durationMs, base64, newBackground);
    }

    ObjectNode toJson() {
        return Json.object()
                .put("format", format)
                .put("sample_rate_hz", sampleRateHz)
                .put("channels", channels)
                .put("duration_ms", durationMs)
                .put("data_base64", base64);
    }
}
