package io.livedub.media.gst.sink;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.sun.jna.Pointer;

import io.livedub.media.MediaClock;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.NativeCalls;
import io.livedub.media.gst.binding.OutgoingBytes;
import io.livedub.media.gst.binding.Uninterruptible;

/**
 * Called on the thread that feeds rtmp2sink. The end of the stream waits here until the server has taken the last frame: with it rtmp2sink
 * tells the server that publishing is over.
 */
final class EndOfTags implements NativeCalls.PadProbe {
    private static final long LOOK_MS = 10;
    /** The commands that end publishing are written one by one, each within a millisecond of the one before. */
    private static final long SETTLE_MS = 10;

    private static final int MOST_SETTLING = 60;

    private final MediaClock clock;
    private final OutgoingBytes bytes;
    private final int port;
    private final CountDownLatch closing;
    private volatile long bytesOfTags;

    /**
     * @param port of the server
     * @param closing at 0 when nothing is waited for any more
     */
    EndOfTags(MediaClock clock, OutgoingBytes bytes, int port, CountDownLatch closing) {
        this.clock = clock;
        this.bytes = bytes;
        this.port = port;
        this.closing = closing;
    }

    @Override
    public int callback(Pointer pad, Pointer info, Pointer userData) {
        Pointer event = info.getPointer(BufferLayout.PROBE_INFO_DATA);
        if (BufferLayout.isEndOfStream(event)) {
            CloseDelay last = new CloseDelay(clock.nowNs());
            while (closing.getCount() > 0
                    && !last.taken(clock.nowNs(), bytes.read(), () -> !KernelSendQueue.empty(port))) {
                Uninterruptible.await(() -> closing.await(LOOK_MS, TimeUnit.MILLISECONDS));
            }
            bytesOfTags = bytes.read();
        }
        return PASS;
    }

    /**
     * To be called behind the end of the stream: rtmp2sink has queued the commands that end publishing, and the socket takes them a moment
     * later. Returns when it has, or does not.
     *
     * @return all bytes that were written
     */
    long drained() {
        long written = bytesOfTags;
        for (int round = 0; round < MOST_SETTLING && closing.getCount() > 0; round++) {
            long now = bytes.read();
            if (now == written && now != bytesOfTags) {
                break;
            }
            written = now;
            Uninterruptible.await(() -> closing.await(SETTLE_MS, TimeUnit.MILLISECONDS));
        }
        return written;
    }
}
