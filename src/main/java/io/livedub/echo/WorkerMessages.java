package io.livedub.echo;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;

import static io.livedub.echo.FieldKind.ANY;
import static io.livedub.echo.FieldKind.FLAG;
import static io.livedub.echo.FieldKind.TEXT;
import static io.livedub.echo.FieldKind.choice;
import static io.livedub.echo.FieldKind.integer;
import static io.livedub.echo.FieldKind.text;

/** The contract's events from the worker, field by field. */
final class WorkerMessages {
    /** Rules are matched against every fragment; no test needs more. */
    static final int MAX_RULES = 1000;

    static final int MAX_DELAY_MS = 600_000;
    private static final int MAX_DURATION_MS = 60_000;
    private static final FieldKind IDENTIFIER = text("[A-Za-z0-9_-]{1,64}", "match [A-Za-z0-9_-]{1,64}");
    private static final FieldKind UUID = text("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "be a UUID");
    /** Unix time in ms: seconds and nanoseconds have other lengths, from 2001 to 2286. */
    private static final FieldKind TIMESTAMP = integer(1_000_000_000_000L, 9_999_999_999_999L);

    private static final FieldKind NANOSECONDS = integer(Long.MIN_VALUE, Long.MAX_VALUE);
    /** Between the lowest and the highest rate that an AudioSpecificConfig can index (ISO/IEC 14496-3, table 1.18). */
    private static final FieldKind SAMPLE_RATE = integer(7350, 96_000);

    private static final FieldKind CHANNELS = integer(1, 8);

    static final JsonShape INIT = new JsonShape("stream:init")
            .required("stream_id", IDENTIFIER)
            .required("worker_id", IDENTIFIER)
            .required(
                    "config",
                    new JsonShape("config")
                            .required("source_language", TEXT)
                            .required("target_language", TEXT)
                            .optional("voice_profile", "default", TEXT)
                            .required("chunk_duration_ms", integer(100, 6000))
                            .required("sample_rate_hz", SAMPLE_RATE)
                            .required("channels", CHANNELS)
                            .required("format", choice(List.of("m4a"))))
            .optional("max_inflight", 3, integer(1, 10))
            .optional("timeout_ms", 8000, integer(1000, 30_000));

    static final JsonShape FRAGMENT = new JsonShape("fragment:data")
            .required("fragment_id", UUID)
            .required("stream_id", ANY)
            .required("sequence_number", ANY)
            .required("timestamp", TIMESTAMP)
            .required(
                    "audio",
                    new JsonShape("audio")
                            .required("format", choice(List.of("m4a")))
                            .required("sample_rate_hz", SAMPLE_RATE)
                            .required("channels", CHANNELS)
                            .required("duration_ms", integer(1, MAX_DURATION_MS))
                            .required("data_base64", WorkerMessages::m4a))
            .required(
                    "metadata",
                    new JsonShape("metadata")
                            .required("pts_ns", NANOSECONDS)
                            .required("source_pts_ns", NANOSECONDS)
                            .andMore());

    static final JsonShape ERROR_SIMULATION = new JsonShape("config:error_simulation")
            .optional("enabled", true, FLAG)
            .optional("rules", List.of(), WorkerMessages::rules);

    /** Events whose wrong fields have no error answer. */
    static final Map<String, JsonShape> OTHERS = Map.of(
            "fragment:ack",
            new JsonShape("fragment:ack")
                    .required("fragment_id", TEXT)
                    .required("status", choice(List.of("applied", "received")))
                    .required("timestamp", TIMESTAMP),
            "stream:pause",
            new JsonShape("stream:pause").required("stream_id", TEXT).optional("reason", null, TEXT),
            "stream:resume",
            new JsonShape("stream:resume").required("stream_id", TEXT),
            "stream:end",
            new JsonShape("stream:end").required("stream_id", TEXT).optional("reason", null, TEXT),
            "simulate:disconnect",
            new JsonShape("simulate:disconnect")
                    .optional("delay_ms", 0, integer(0, MAX_DELAY_MS))
                    .optional("reason", "simulated", TEXT));

    private static final JsonShape RULE = EchoFailure.fields(new JsonShape("rule")
            .required("trigger", choice(List.of("sequence_number", "fragment_id", "nth_fragment")))
            .required("value", ANY)
            .optional("stage", null, TEXT)
            .optional("as", "error", choice(List.of("error", "failed"))));

    private WorkerMessages() {}

    /**
     * Reads a {@code stream:init}.
     *
     * @param headers of the handshake, which have to name the same stream and worker
     * @throws IllegalArgumentException naming the first wrong field, or the header
     */
    static ObjectNode init(JsonNode payload, MultiMap headers) {
        ObjectNode init = INIT.read(payload);
        same(init, "stream_id", headers, "X-Stream-ID");
        same(init, "worker_id", headers, "X-Worker-ID");
        return init;
    }

    private static void same(ObjectNode init, String field, MultiMap headers, String header) {
        String value = headers.get(header);
        if (value == null) {
            throw FieldKind.wrong(header, "is missing from the handshake");
        }
        if (!value.equals(init.get(field).textValue())) {
            throw FieldKind.wrong(header, "of the handshake is not the %s of stream:init", field);
        }
    }

    private static JsonNode m4a(String path, JsonNode value) {
        String text = TEXT.read(path, value).textValue();
        if (text.length() % 4 != 0) {
            throw FieldKind.wrong(path, "is not padded base64: %d characters", text.length());
        }
        byte[] data;
        try {
            data = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw FieldKind.wrong(path, "is not base64 in the standard alphabet: %s", e.getMessage());
        }
        // By the contract's word, not by what a player would take.
        if (data.length < 8 || !"ftyp".equals(new String(data, 4, 4, StandardCharsets.US_ASCII))) {
            throw FieldKind.wrong(path, "is not an M4A: no ftyp box at the beginning");
        }
        return BinaryNode.valueOf(data);
    }

    /**
     * Reads a list of rules: each answers one fragment with a failure instead of its dub.
     *
     * @throws IllegalArgumentException saying which rule is wrong, and how
     */
    static JsonNode rules(String path, JsonNode rules) {
        if (!rules.isArray() || rules.size() > MAX_RULES) {
            throw FieldKind.wrong(path, "must be a list of at most %d rules", MAX_RULES);
        }
        ArrayNode read = Json.array();
        for (JsonNode rule : rules) {
            try {
                read.add(rule(rule));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(EchoText.of("%s[%d]: %s", path, read.size(), e.getMessage()), e);
            }
        }
        return read;
    }

    private static ObjectNode rule(JsonNode given) {
        ObjectNode rule = RULE.readAll("", given);
        FieldKind value =
                switch (rule.get("trigger").textValue()) {
                    case "fragment_id" -> TEXT;
                    case "nth_fragment" -> integer(1, Integer.MAX_VALUE);
                    default -> integer(0, Integer.MAX_VALUE);
                };
        rule.set("value", value.read("value", rule.get("value")));
        return EchoFailure.simulated(rule).into(rule);
    }
}
