package io.livedub.sts.socketio;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** One connection's own OkHttp client. A shared one would keep the threads of connections that are long gone. */
final class Http {
    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    private Http() {}

    /** @param maxMessageBytes what the service may send before a message is whole */
    static OkHttpClient client(long maxMessageBytes) {
        return new OkHttpClient.Builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .readTimeout(CONNECT_TIMEOUT)
                .writeTimeout(CONNECT_TIMEOUT)
                .retryOnConnectionFailure(false)
                // The API key is meant for the configured host, and the stream's sound for its encryption.
                .followRedirects(false)
                .followSslRedirects(false)
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .socketFactory(new LimitedSockets(maxMessageBytes))
                // Without compression a message on the wire is at least as long as in memory, so the limit above
                // bounds memory too.
                .addInterceptor(chain -> chain.proceed(chain.request()
                        .newBuilder()
                        .removeHeader("Sec-WebSocket-Extensions")
                        .build()))
                .build();
    }

    static void release(OkHttpClient client) {
        client.dispatcher().cancelAll();
        client.dispatcher().executorService().shutdown();
        client.connectionPool().evictAll();
    }
}
