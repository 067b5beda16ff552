package io.livedub.media.gst.source;

import java.util.function.Consumer;

import io.livedub.media.Frame;
import io.livedub.media.MediaClock;
import io.livedub.media.flv.FlvReader;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.NativeCalls;
import io.livedub.media.gst.binding.NativeWindow;

/**
 * Reads each FLV tag on the thread on which rtmp2src gives it, and drops it there: what is wanted of it has been copied.
 *
 * <p>An appsink and a thread of ours that pulls were rejected: they are one more thread that each tag wakes, and a sample, a queue and a lock for each.
 */
final class FlvTagProbe implements NativeCalls.BufferProbe {
    /** Called after each tag. Runs on the source's thread; while it has not returned, TCP slows the sender down. */
    interface Listener {
        /**
         * @param ofTrack whether it was one of sound or picture; servers send script data to players that wait for a publisher, too
         * @param size its bytes
         */
        void tag(boolean ofTrack, long size) throws InterruptedException;

        void failed(Throwable failure);
    }

    /** A tag up to this size crosses in one call; a larger one, such as a keyframe of a large picture, in a second. */
    private static final int WINDOW = 64 * 1024;

    private final FlvReader reader;
    private final MediaClock clock;
    private final Consumer<Frame> out;
    private final Listener listener;
    private final byte[] head = new byte[FlvReader.HEAD];
    private final NativeWindow window = new NativeWindow(WINDOW);
    private long current;
    private int inWindow;

    FlvTagProbe(FlvReader reader, MediaClock clock, Consumer<Frame> out, Listener listener) {
        this.reader = reader;
        this.clock = clock;
        this.out = out;
        this.listener = listener;
    }

    @Override
    public int callback(long pad, long info, long userData) {
        try {
            current = BufferLayout.ofProbe(info);
            inWindow = (int) NativeCalls.gst_buffer_extract(current, 0, window.address(), WINDOW);
            long size = inWindow < WINDOW ? inWindow : NativeCalls.gst_buffer_get_size(current);
            int headLength = Math.min(inWindow, head.length);
            window.bytes().get(0, head, 0, headLength);
            boolean ofTrack = reader.accept(head, headLength, size, this::bytes, clock.nowNs(), out) != null;
            listener.tag(ofTrack, size);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            listener.failed(interrupted);
        } catch (RuntimeException | Error failure) {
            listener.failed(failure);
        } finally {
            current = 0;
        }
        return DROP;
    }

    private byte[] bytes(int offset, int length) {
        byte[] data = new byte[length];
        if (offset + length <= inWindow) {
            window.bytes().get(offset, data);
        } else {
            NativeCalls.gst_buffer_extract(current, offset, data, length);
        }
        return data;
    }
}
