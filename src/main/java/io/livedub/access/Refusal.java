package io.livedub.access;

import java.util.Locale;

/** Why a request is turned away at the door; also the value of the metric's label {@code reason}. */
enum Refusal {
    SECRET(401, "unauthorized", "the secret is missing or wrong"),
    HOST(
            403,
            "forbidden",
            "the worker does not answer to the name in the request's Host header; WORKER_HTTP_ALLOWED_HOSTS lists the names it answers to"),
    NO_HOST(400, "malformed", "the request has no Host header that names a host"),
    ORIGIN(
            403,
            "forbidden",
            "the request comes from another site's page; changes are taken from the worker's own pages only"),
    MEDIA_TYPE(415, "unsupported_media_type", "a change must be sent with Content-Type: application/json");

    private final int status;
    private final String json;

    Refusal(int status, String code, String message) {
        this.status = status;
        this.json = "{\"status\":\"" + code + "\",\"message\":\"" + message + "\"}";
    }

    int status() {
        return status;
    }

    /** The answer's body: constant texts, so that nothing of the request comes back. */
    String json() {
        return json;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
