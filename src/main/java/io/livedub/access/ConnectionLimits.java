package io.livedub.access;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import jakarta.enterprise.context.ApplicationScoped;

import io.netty.channel.Channel;
import io.quarkus.arc.Unremovable;

import io.livedub.config.WorkerConfig;
import io.livedub.media.MediaClock;

/** The limits of connections, for each port that the worker listens on. */
@ApplicationScoped
@Unremovable
public class ConnectionLimits {
    /** The hook script gives up after 10 s, and so does this: nobody waits for the answer any more. */
    static final Duration REQUEST = Duration.ofSeconds(10);
    /** Live updates have 64 places; a browser opens six connections at most. */
    static final int MOST = 256;
    /** On the port of Jobs, each of which has one, and for a moment two when its pod is another. */
    static final int MOST_OF_JOBS = 2_064;

    private final int portOfJobs;
    private final MediaClock clock;
    private final Refusals refusals;
    private final Map<Integer, ConnectionRoom<ConnectionGuard>> rooms = new ConcurrentHashMap<>();

    public ConnectionLimits(WorkerConfig config, MediaClock clock, Refusals refusals) {
        this.portOfJobs = config.serve().kubernetes().parent().port();
        this.clock = clock;
        this.refusals = refusals;
    }

    long nowNs() {
        return clock.nowNs();
    }

    ConnectionRoom<ConnectionGuard> room(Channel channel) {
        return rooms.computeIfAbsent(
                port(channel), port -> new ConnectionRoom<>(port == portOfJobs ? MOST_OF_JOBS : MOST));
    }

    void closed(Closing closing, Channel channel) {
        SocketAddress remote = channel.remoteAddress();
        refusals.closed(
                closing,
                remote instanceof InetSocketAddress known && known.getAddress() != null
                        ? known.getAddress().getHostAddress()
                        : "unknown");
    }

    private static int port(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress local ? local.getPort() : 0;
    }
}
