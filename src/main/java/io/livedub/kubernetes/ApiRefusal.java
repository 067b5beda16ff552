package io.livedub.kubernetes;

import java.io.IOException;

/** The API server answered with something else than success. */
final class ApiRefusal extends IOException {
    private static final long serialVersionUID = 1L;
    static final int NOT_FOUND = 404;
    static final int CONFLICT = 409;
    static final int GONE = 410;

    private final int status;

    /** @param status of HTTP */
    ApiRefusal(int status, String message) {
        super("the Kubernetes API server answers " + status + ": " + message);
        this.status = status;
    }

    int status() {
        return status;
    }

    /** The same call may be answered otherwise later: too many requests, a token that is just being replaced, trouble in there. */
    boolean isPassing() {
        return status == 401 || status == 408 || status == 429 || status >= 500;
    }

    /** The request itself is wrong; repeating it would not help. */
    boolean isOurMistake() {
        return status == 400 || status == 422;
    }
}
