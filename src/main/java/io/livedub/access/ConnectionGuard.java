package io.livedub.access;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/** Ends a connection whose request does not come, and the quietest one when there are too many. Used by the connection's event loop. */
final class ConnectionGuard extends ChannelDuplexHandler implements ConnectionRoom.Guest {
    /** The first bytes of an HTTP/2 connection. No method of HTTP/1 begins with them. */
    private static final String HTTP2 = "PRI ";
    /** The beginning of an answer behind which the connection is a WebSocket. */
    private static final byte[] SWITCHING = "HTTP/1.1 101".getBytes(StandardCharsets.US_ASCII);
    /** Vert.x' name of the handler that upgrades. */
    private static final String UPGRADE = "h2c";

    private final ConnectionLimits limits;
    private boolean plain;
    private int begun;
    private Patience patience;
    private ConnectionRoom<ConnectionGuard> room;
    private ChannelHandlerContext context;

    ConnectionGuard(ConnectionLimits limits) {
        this.limits = limits;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        patience = new Patience(ConnectionLimits.REQUEST.toNanos(), limits.nowNs());
        room = limits.room(ctx.channel());
        room.enter(this).ifPresent(quietest -> quietest.close(Closing.FULL));
        lookLater();
        ctx.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        patience.heard(limits.nowNs());
        if (plain || !(message instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(message);
        } else {
            begin(ctx, bytes);
        }
    }

    /**
     * Takes HTTP/2 off the connection, which Quarkus lets nobody do on the metrics port. Vert.x decides by the first bytes between HTTP/2
     * and HTTP/1, and then puts the handler into the pipeline that would upgrade to HTTP/2: it gets those bytes alone, and no wish to upgrade after them.
     */
    private void begin(ChannelHandlerContext ctx, ByteBuf bytes) {
        while (!plain && bytes.isReadable()) {
            byte next = bytes.getByte(bytes.readerIndex());
            if (begun == HTTP2.length() - 1 && next == HTTP2.charAt(begun)) {
                bytes.release();
                ctx.close();
                return;
            }
            plain = next != HTTP2.charAt(begun);
            begun++;
            ctx.fireChannelRead(bytes.readRetainedSlice(1));
        }
        if (plain && ctx.pipeline().get(UPGRADE) != null) {
            ctx.pipeline().addBefore(UPGRADE, "no-upgrade", new NoUpgrade());
        }
        if (bytes.isReadable()) {
            ctx.fireChannelRead(bytes);
        } else {
            bytes.release();
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        patience.answered(limits.nowNs());
        if (message instanceof ByteBuf bytes && isSwitching(bytes)) {
            // Texts come without being asked for and without an answer: who listens for them ends a silent one.
            patience.hasNoEnd();
        }
        ctx.write(message, promise);
    }

    private static boolean isSwitching(ByteBuf bytes) {
        if (bytes.readableBytes() < SWITCHING.length) {
            return false;
        }
        for (int i = 0; i < SWITCHING.length; i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != SWITCHING[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        room.leave(this);
        ctx.fireChannelInactive();
    }

    @Override
    public long quietSinceNs() {
        return patience.quietSinceNs();
    }

    private void lookLater() {
        long nowNs = limits.nowNs();
        context.executor().schedule(this::look, patience.nextLookNs(nowNs) - nowNs, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!context.channel().isActive()) {
            return;
        }
        if (patience.isOver(limits.nowNs())) {
            close(Closing.SLOW);
        } else {
            lookLater();
        }
    }

    private void close(Closing closing) {
        limits.closed(closing, context.channel());
        context.close();
    }

    /** Makes a request that asks for an upgrade one that does not: HTTP lets a server ignore the wish. */
    private static final class NoUpgrade extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof HttpRequest request) {
                request.headers().remove(HttpHeaderNames.UPGRADE);
            }
            ctx.fireChannelRead(message);
        }
    }
}
