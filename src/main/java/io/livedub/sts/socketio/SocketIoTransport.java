package io.livedub.sts.socketio;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

import org.jboss.logging.Logger;

import io.livedub.sts.StsSettings;
import io.livedub.sts.StsTransport;

/** Socket.IO v4 over OkHttp's WebSocket. Connections share nothing, and none is opened again from inside. */
public final class SocketIoTransport implements StsTransport {
    private static final Logger LOG = Logger.getLogger(SocketIoTransport.class);

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

    /** A connection to a port of this process's own. On the JVM the first connection takes 300 ms, most of it to load OkHttp. */
    @Override
    public void warmUp() {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SocketIoConnection connection = new SocketIoConnection(
                    settings.at(URI.create("http://127.0.0.1:" + nobody.getLocalPort())), new Unheard());
            connection.open();
            connection.close();
        } catch (IOException noPort) {
            LOG.debugf("no warm-up: %s", noPort);
        }
    }

    private static final class Unheard implements TransportListener {
        @Override
        public void connected() {
            LOG.debug("the connection that warms up is open");
        }

        @Override
        public void event(String name, Object payload) {
            LOG.debugf("the connection that warms up got %s", name);
        }

        @Override
        public void closed(String reason) {
            LOG.debugf("the connection that warms up is over: %s", reason);
        }
    }
}
