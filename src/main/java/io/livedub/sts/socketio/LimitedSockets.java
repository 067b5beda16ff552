package io.livedub.sts.socketio;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.SocketFactory;

/**
 * Sockets that break when more bytes arrive than one message may have. OkHttp collects a message of any size in memory before
 * it shows it, so nothing above it can refuse one that is too large.
 */
final class LimitedSockets extends SocketFactory {
    private final long maxMessageBytes;
    private final AtomicLong received = new AtomicLong();

    LimitedSockets(long maxMessageBytes) {
        this.maxMessageBytes = maxMessageBytes;
    }

    /** A message was whole; the next one begins. */
    void messageSeen() {
        received.set(0);
    }

    /** OkHttp asks for unconnected sockets only. */
    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public InputStream getInputStream() throws IOException {
                return new Counted(super.getInputStream());
            }
        };
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }

    private final class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            count(count);
            return count;
        }

        private void count(int bytes) throws IOException {
            if (bytes > 0 && received.addAndGet(bytes) > maxMessageBytes) {
                throw new IOException("a message of more than " + maxMessageBytes + " bytes");
            }
        }
    }
}
