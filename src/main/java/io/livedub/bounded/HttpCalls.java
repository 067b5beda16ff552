package io.livedub.bounded;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * HTTP calls that end: within a time that counts for the whole call, and with a body of a limited size. The JDK's own limit on a request
 * ends where the body begins, so a server that sends half a body would be waited for without end.
 */
public final class HttpCalls {
    private final HttpClient http;
    private final Duration limit;
    private final int mostBytes;

    /**
     * @param client what is special about the client; connections, protocol and limits are set here
     * @param limit for connecting, sending and reading together
     * @param mostBytes a body may have
     */
    public HttpCalls(HttpClient.Builder client, Duration limit, int mostBytes) {
        this.http = client.version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit)
                .build();
        this.limit = limit;
        this.mostBytes = mostBytes;
    }

    /** An answer whatever its status. */
    public record HttpAnswer(int status, byte[] body) {}

    /** Does not block. Fails with an {@link IOException}, which may be wrapped in a {@link CompletionException}. */
    public CompletableFuture<HttpAnswer> ask(HttpRequest.Builder request) {
        CompletableFuture<HttpResponse<byte[]>> call =
                http.sendAsync(request.timeout(limit).build(), about -> new BoundedBody(mostBytes));
        return call.copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).handle((response, failure) -> {
            if (failure != null) {
                // Closes the connection; otherwise a body that never ends would go on being collected.
                call.cancel(true);
                throw new CompletionException(asIo(failure));
            }
            return new HttpAnswer(response.statusCode(), response.body());
        });
    }

    /** Blocks for as long as the call may take. */
    public HttpAnswer await(HttpRequest.Builder request) throws IOException, InterruptedException {
        try {
            return ask(request).get();
        } catch (ExecutionException failure) {
            throw asIo(failure.getCause());
        }
    }

    private IOException asIo(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return new HttpTimeoutException("no complete answer within " + limit.toMillis() + " ms");
        }
        return cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
    }
}
