package io.livedub.support;

/** An RTMP server of a test. */
public interface MediaServer extends AutoCloseable {
    int port();

    /** {@code path} is application and name, as in {@code live/x/in}. */
    String url(String path);

    /** Kills all of its processes at once. */
    void kill();

    /** Starts it again on the same port, after {@link #kill}. */
    void startAgain();

    @Override
    void close();
}
