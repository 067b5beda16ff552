package io.livedub.echo;

import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A failure as the service reports it.
 *
 * @param code from the contract's table, or any other
 * @param message for people
 * @param retryable null: left out
 */
record EchoFailure(String code, String message, Boolean retryable) {
    private static final Set<String> RETRYABLE =
            Set.of("TIMEOUT", "MODEL_ERROR", "GPU_OOM", "QUEUE_FULL", "RATE_LIMIT");
    private static final Set<String> NOT_RETRYABLE =
            Set.of("STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "INVALID_SEQUENCE");

    /** With the retryable flag of the contract's table; codes outside of the table are not retryable. */
    static EchoFailure of(String code, String message, Object... values) {
        return new EchoFailure(code, EchoText.shortened(EchoText.of(message, values)), RETRYABLE.contains(code));
    }

    /** Adds the fields by which a test describes a failure. */
    static JsonShape fields(JsonShape shape) {
        return shape.required("error_code", FieldKind.TEXT)
                .optional("error_message", null, FieldKind.TEXT)
                .optional("retryable", null, FieldKind.FLAG);
    }

    /** Of those fields; the flag is the contract's where they leave it out, and stays out for a code that the contract does not have. */
    static EchoFailure simulated(JsonNode fields) {
        String code = EchoText.shortened(fields.get("error_code").textValue());
        JsonNode flag = fields.get("retryable");
        boolean inTable = RETRYABLE.contains(code) || NOT_RETRYABLE.contains(code);
        Boolean byTable = inTable ? RETRYABLE.contains(code) : null;
        return new EchoFailure(
                code,
                fields.get("error_message").asText("simulated " + code),
                flag.isBoolean() ? Boolean.valueOf(flag.booleanValue()) : byTable);
    }

    /** Sets those fields. */
    ObjectNode into(ObjectNode json) {
        return json.put("error_code", code).put("error_message", message).put("retryable", retryable);
    }

    /** The failure as events carry it. */
    ObjectNode toJson() {
        return Json.object().put("code", code).put("message", message).put("retryable", retryable);
    }
}
