package io.livedub.echo;

import java.util.Base64;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The answer's sound with its labels, which need not be true: see {@link Simulation.AudioFault}. */
record Dub(String format, int sampleRateHz, int channels, long durationMs, String base64) {
    static Dub of(String format, int sampleRateHz, int channels, long durationMs, byte[] data) {
        return new Dub(
                format, sampleRateHz, channels, durationMs, Base64.getEncoder().encodeToString(data));
    }

    Dub labelled(String otherFormat) {
        return new Dub(otherFormat, sampleRateHz, channels, durationMs, base64);
    }

    Dub carrying(String otherBase64) {
        return new Dub(format, sampleRateHz, channels, durationMs, otherBase64);
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
