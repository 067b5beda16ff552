package io.livedub.sts.socketio;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/** Socket.IO v4 over OkHttp's WebSocket. Connections share nothing, and none is opened again from inside. */
public final class SocketIoTransport implements StsTransport {
    private final StsSettings settings;

    public SocketIoTransport(StsSettings settings) {
        this.settings = settings;
    }

    @Override
    public TransportConnection connect(TransportListener listener) {
        SocketIoConnection connection = new SocketIoConnection(settings, listener);
        connection.open();
        return connection;
    }
}
