package io.livedub.sts.socketio;

import java.io.EOFException;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import okhttp3.HttpUrl;
import okhttp3.Response;

/** Says in a few words why a connection ended or never came to be, for the log of an operator who cannot see the service. */
final class EndReason {
    /** Engine.IO and gateways explain a refusal in the body, for example {@code {"code":0,"message":"Transport unknown"}}. */
    private static final int BODY_BYTES = 256;

    /** The close code for a message that is larger than its receiver takes. */
    static final int TOO_LARGE = 1009;

    /** Meanings of close codes; most services send the code alone. */
    private static final Map<Integer, String> CODES = Map.of(
            1000,
            "normal",
            1001,
            "going away",
            1002,
            "protocol error",
            1007,
            "invalid text",
            1008,
            "policy",
            TOO_LARGE,
            "message too large",
            1011,
            "internal error",
            1012,
            "restart",
            1013,
            "try again later");

    private static final Pattern WEB_SOCKET = Pattern.compile("^[Ww][Ss]([Ss]?):");

    private EndReason() {}

    /** The service has ended the WebSocket in good order. */
    static String closed(int code, String reason) {
        String meaning = CODES.getOrDefault(code, "");
        String said = Limits.line(reason).strip();
        String why = meaning.isEmpty() || said.isEmpty() ? meaning + said : meaning + ", " + said;
        return "closed by the service (" + code + (why.isEmpty() ? "" : ": " + why) + ")";
    }

    /** @param response null when the service did not answer the handshake, or the connection was cut after it */
    static String text(Throwable failure, Response response) {
        if (response != null && response.isRedirect()) {
            return redirect(response);
        }
        if (response != null && response.code() != 101) {
            return answer(response);
        }
        return text(failure);
    }

    private static String redirect(Response response) {
        // The URL type of the library knows no ws:// and wss://, which gateways of WebSockets redirect to.
        HttpUrl to = Optional.ofNullable(response.header("Location"))
                .map(place -> WEB_SOCKET.matcher(place).replaceFirst("http$1:"))
                .map(place -> response.request().url().resolve(place))
                .orElse(null);
        String where = to == null ? "nowhere" : to.scheme() + "://" + to.host() + ":" + to.port();
        return "the service answers " + response.code() + " and redirects to " + where
                + "; redirects are refused, so that the API key and the sound go to the configured host only: set"
                + " WORKER_STS_SERVICE_URL to where the service is";
    }

    private static String answer(Response response) {
        String status = (response.code() + " " + Limits.line(response.message())).strip();
        String body = body(response);
        return "the service answers the WebSocket handshake with HTTP " + status + (body.isEmpty() ? "" : ": " + body);
    }

    /** Empty for a page of HTML, which says no more than the status does. */
    private static String body(Response response) {
        try {
            String text = Limits.line(response.peekBody(BODY_BYTES).string()).strip();
            return text.startsWith("<") ? "" : text;
        } catch (IOException | IllegalStateException unreadable) {
            return "";
        }
    }

    /** The reason in a few words; libraries wrap the one that says something. */
    private static String text(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        if (root instanceof EOFException) {
            return "the service, or a proxy before it, cut the connection";
        }
        String name = root.getClass().getSimpleName();
        return root.getMessage() == null ? name : name + ": " + Limits.line(root.getMessage());
    }
}
