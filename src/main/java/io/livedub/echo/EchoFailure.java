package io.livedub.echo;

import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A failure as the service reports it.
 *
 * @param code from the contract's table, or any other
 * @param message for people
 * @param retryable null: left out
 */
public record EchoFailure(String code, String message, Boolean retryable) {
    private static final Set<String> RETRYABLE =
            Set.of("TIMEOUT", "MODEL_ERROR", "GPU_OOM", "QUEUE_FULL", "RATE_LIMIT");
    private static final Set<String> NOT_RETRYABLE =
            Set.of("STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "INVALID_SEQUENCE");

    /** With the retryable flag of the contract's table; codes outside of the table are not retryable. */
    static EchoFailure of(String code, String message) {
        return new EchoFailure(code, EchoText.shortened(message), RETRYABLE.contains(code));
    }

    /** Reads error_code, error_message and retryable. */
    static EchoFailure parse(StrictFields fields) {
        String code = fields.text("error_code");
        String message = fields.text("error_message", "simulated " + code);
        boolean inTable = RETRYABLE.contains(code) || NOT_RETRYABLE.contains(code);
        Boolean byTable = inTable ? RETRYABLE.contains(code) : null;
        return new EchoFailure(
                code, message, fields.has("retryable") ? Boolean.valueOf(fields.flag("retryable", false)) : byTable);
    }

    /** Adds the fields that {@link #parse} reads. */
    ObjectNode into(ObjectNode json) {
        return json.put("error_code", code).put("error_message", message).put("retryable", retryable);
    }
}
