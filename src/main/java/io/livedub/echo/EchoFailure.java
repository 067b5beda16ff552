package io.livedub.echo;

import java.util.Set;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What the service says when something failed.
 *
 * @param code from the contract's table, or any other
 * @param message for people
 * @param retryable null: not said
 */
public record EchoFailure(String code, String message, Boolean retryable) {
    private static final Set<String> RETRYABLE =
            Set.of("TIMEOUT", "MODEL_ERROR", "GPU_OOM", "QUEUE_FULL", "RATE_LIMIT");
    private static final Set<String> NOT_RETRYABLE =
            Set.of("STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "INVALID_SEQUENCE");

    /** With the retryable flag that the contract's table gives the code; codes outside of it are not retryable. */
    static EchoFailure of(String code, String message) {
        return new EchoFailure(code, message, RETRYABLE.contains(code));
    }

    /** Reads error_code, error_message and retryable. */
    static EchoFailure parse(StrictFields fields) {
        String code = fields.text("error_code");
        String message = fields.text("error_message", "simulated " + code);
        if (fields.has("retryable")) {
            return new EchoFailure(code, message, fields.flag("retryable", false));
        }
        boolean inTable = RETRYABLE.contains(code) || NOT_RETRYABLE.contains(code);
        return inTable ? of(code, message) : new EchoFailure(code, message, null);
    }

    void into(ObjectNode json) {
        json.put("error_code", code).put("error_message", message).put("retryable", retryable);
    }
}
