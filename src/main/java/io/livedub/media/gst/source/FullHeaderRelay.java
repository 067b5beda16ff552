package io.livedub.media.gst.source;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.util.Locale;

import io.livedub.media.RtmpAddress;
import io.livedub.media.gst.binding.GstRuntime;
import io.livedub.media.gst.binding.RtmpUrls;

/**
 * Stands between rtmp2src and a server that does not take its short chunk headers: see {@link FullChunkHeaders}. Listens on loopback for one
 * connection. What the server sends is copied as it is.
 */
final class FullHeaderRelay implements AutoCloseable {
    private static final int ACCEPT_MS = 5000;
    private static final int CONNECT_MS = 5000;

    private final String url;
    private final ServerSocket door;
    private final Socket server = new Socket();
    private volatile Socket client;

    private FullHeaderRelay(String url) throws IOException {
        this.url = url;
        door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        door.setSoTimeout(ACCEPT_MS);
    }

    /** Whether what rtmp2src says is what it says of such a server. Over TLS nothing stands between them. */
    static boolean helps(String said, String url) {
        String lower = said.toLowerCase(Locale.ROOT);
        return url.startsWith("rtmp://") && lower.contains("createstream") && lower.contains("failed");
    }

    static FullHeaderRelay open(String url) throws IOException {
        FullHeaderRelay relay = new FullHeaderRelay(url);
        GstRuntime.thread("rtmp-relay", relay::serve).start();
        return relay;
    }

    /** Where rtmp2src reads. */
    String url() {
        return url.replaceFirst(
                "^rtmp://([^/@]*@)?[^/]+/",
                "rtmp://$1" + door.getInetAddress().getHostAddress() + ":" + door.getLocalPort() + "/");
    }

    private void serve() {
        try {
            client = door.accept();
            door.close();
            server.connect(new InetSocketAddress(RtmpAddress.of(url).getHost(), RtmpUrls.port(url)), CONNECT_MS);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            GstRuntime.thread("rtmp-relay-up", this::up).start();
            server.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException | URISyntaxException over) {
            // rtmp2src sees its connection closed, and says so.
            close();
            return;
        }
        close();
    }

    private void up() {
        try {
            DataInputStream from = new DataInputStream(new BufferedInputStream(client.getInputStream()));
            new FullChunkHeaders(from, server.getOutputStream()).copy();
        } catch (IOException over) {
            close();
        }
    }

    /** May be called again and again: a connection that was being made meanwhile is closed by the thread that makes it. */
    @Override
    public void close() {
        try {
            door.close();
            server.close();
            if (client != null) {
                client.close();
            }
        } catch (IOException already) {
            return;
        }
    }
}
