package io.livedub.sts;

import io.livedub.sts.protocol.Incoming;

/** Called when fragments can be sent, when they no longer can, and for other messages of the service. */
interface SessionListener {
    /** @param reconnected after a failure; what began to be filled before now is not sent */
    void ready(boolean reconnected);

    void lost(String reason);

    /** The connection is about to be lost because a message was larger than the service takes. */
    void refusedSize();

    void received(Incoming message);
}
