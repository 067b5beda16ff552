package io.livedub.access;

import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.runtime.annotations.RegisterForReflection;

/**
 * Puts a {@link ConnectionGuard} into every connection that is accepted, on both ports. Quarkus and Vert.x have a timeout for a silent
 * connection, but none for a request that comes in a byte at a time, and give nobody a connection before its first request; this is
 * Netty's own way in. It is found by its name in META-INF/services.
 */
@RegisterForReflection
public final class GuardedConnections extends ChannelInitializerExtension {
    @Override
    public void postInitializeServerChildChannel(Channel channel) {
        ArcContainer container = Arc.container();
        if (container != null && container.isRunning()) {
            channel.pipeline()
                    .addFirst(
                            "connection-guard",
                            new ConnectionGuard(
                                    container.instance(ConnectionLimits.class).get()));
        }
    }
}
