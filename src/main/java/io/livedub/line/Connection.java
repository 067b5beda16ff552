package io.livedub.line;

/** One connection, whichever end. Neither method blocks or throws. */
interface Connection {
    void send(String text);

    /** @param why for the log of the other end */
    void close(String why);
}
