package io.livedub.support;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy in front of a server that many connections share, with faults for those alone whose client says a certain text at the
 * beginning: the name of a stream in an HTTP header or in an RTMP command.
 */
public final class MarkedProxy implements AutoCloseable {
    /** Where a client may say the text. Behind it are media, in which it could stand by chance. */
    private static final int BEGINNING = 16 * 1024;

    private final ServerSocket listener;
    private final String mark;
    private final int upstream;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile int markedUpstream;
    private boolean refusing;
    private boolean frozen;

    /**
     * @param mark what a client says that is meant
     * @param upstream port of the server
     */
    public MarkedProxy(String mark, int upstream) {
        this.mark = mark;
        this.upstream = upstream;
        this.markedUpstream = upstream;
        try {
            listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon("accepts", this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Clients that say the text with their first bytes are led to this server from now on. */
    public MarkedProxy leadMarkedTo(int port) {
        markedUpstream = port;
        return this;
    }

    /** Ends the connections that are meant; others may be made at once. */
    public void cut() {
        links.stream().filter(link -> link.marked).forEach(Link::close);
    }

    /** Connections that are meant end as soon as they have said who they are. */
    public synchronized void refuse() {
        refusing = true;
    }

    /** Nothing of the connections that are meant is read or written, and they stay open. */
    public synchronized void freeze() {
        frozen = true;
    }

    /** No fault any more. */
    public synchronized void mend() {
        refusing = false;
        frozen = false;
        notifyAll();
    }

    /** To the clients that are meant, amid what the server says. */
    public void say(byte[] bytes) {
        links.stream().filter(link -> link.marked).forEach(link -> link.say(bytes));
    }

    private synchronized boolean isRefusing() {
        return refusing;
    }

    private synchronized void passFreeze() throws InterruptedException {
        while (frozen) {
            wait();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Link link = new Link(listener.accept());
                links.add(link);
                daemon("to the server", link::toServer);
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static void daemon(String does, Runnable task) {
        Thread thread = new Thread(task, "proxy " + does);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        mend();
        links.forEach(Link::close);
    }

    /** One client and its connection to the server. */
    private final class Link {
        private final Socket client;
        private volatile Socket server;
        private volatile boolean marked;

        private Link(Socket client) {
            this.client = client;
        }

        private void toServer() {
            byte[] buffer = new byte[16 * 1024];
            StringBuilder said = new StringBuilder();
            try {
                for (int read = client.getInputStream().read(buffer);
                        read >= 0;
                        read = client.getInputStream().read(buffer)) {
                    if (!marked && said.length() < BEGINNING) {
                        said.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                        marked = said.indexOf(mark) >= 0;
                    }
                    if (marked) {
                        passFreeze();
                    }
                    if (marked && isRefusing()) {
                        break;
                    }
                    if (server == null) {
                        server = new Socket(InetAddress.getLoopbackAddress(), marked ? markedUpstream : upstream);
                        daemon("to the client", this::toClient);
                    }
                    server.getOutputStream().write(buffer, 0, read);
                }
            } catch (IOException gone) {
                // Whichever side has ended, close() ends the other one.
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        private void toClient() {
            byte[] buffer = new byte[16 * 1024];
            try {
                for (int read = server.getInputStream().read(buffer);
                        read >= 0;
                        read = server.getInputStream().read(buffer)) {
                    if (marked) {
                        passFreeze();
                    }
                    say(Arrays.copyOf(buffer, read));
                }
            } catch (IOException gone) {
                // As above.
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            close();
        }

        private void say(byte[] bytes) {
            try {
                OutputStream out = client.getOutputStream();
                synchronized (this) {
                    out.write(bytes);
                }
            } catch (IOException gone) {
                close();
            }
        }

        private void close() {
            links.remove(this);
            try {
                client.close();
                if (server != null) {
                    server.close();
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
