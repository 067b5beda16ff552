package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** TCP ports of this machine. */
public final class Ports {
    /** Below what Linux gives to outgoing connections (from 32768 on unless set), above what services of the machine use. */
    private static final int LOWEST = 12_000;

    /** From here on the lab's scripts draw theirs (processes.py): some tests run them beside others. */
    private static final int HIGHEST = 28_000;

    private static final int TRIES = 100;

    /** As many as the JVMs of a plugin's run, one after the other or side by side: each has ports that no other one gives out. */
    private static final int SLICES = 8;

    private static final int SLICE = (HIGHEST - LOWEST) / SLICES;

    /** The place of the next one within the slice. By lot at first, for whoever runs tests twice on a machine. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(SLICE));

    private Ports() {}

    /**
     * A port that nobody listens on, and that no test gets beside this one, or a moment later. Not one that the system chooses: the system
     * gives the same one, a moment later, to a connection of a test that runs beside this one.
     */
    public static int free() {
        int slice = fork() % SLICES;
        for (int i = 0; i < TRIES; i++) {
            int port = LOWEST + slice * SLICE + Math.floorMod(NEXT.getAndIncrement(), SLICE);
            // Any address: a service of the machine may listen on another than loopback.
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(port), 1);
                return socket.getLocalPort();
            } catch (IOException taken) {
                continue;
            }
        }
        throw new UncheckedIOException(new IOException("no free port among " + TRIES + " tried"));
    }

    /** Which JVM of the plugin's run this is, from 1 on; 0 where no plugin runs the tests. */
    private static int fork() {
        String fork = System.getProperty("tests.fork", "fork-0");
        return Integer.parseInt(fork.substring(fork.indexOf('-') + 1));
    }

    public static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
