package io.livedub.media.gst;

import com.sun.jna.Pointer;

/**
 * Looks at the FLV tags between rtmp2src and flvdemux until both tracks run; then it removes itself.
 *
 * <p>Needed because flvdemux 1.22 drops what it does not know without a word (HEVC over enhanced RTMP: nothing at all comes out), and because it
 * announces "no more pads" after 6 s of one track and ignores the other for ever: audio that runs ahead of a far keyframe is held back before that.
 */
final class TagInspector implements NativeCalls.PadProbe {
    static final int DROP = 0;

    /** Below flvdemux's NO_MORE_PADS_THRESHOLD of 6000 ms. */
    private static final long AUDIO_AHEAD_MS = 4_000;

    private final byte[] head = new byte[FlvTag.NEEDED];
    private long firstAudioMs = -1;
    private boolean videoSeen;
    private volatile boolean done;
    private volatile String unsupported;
    private volatile long lastTagNs;

    @Override
    public int callback(Pointer pad, Pointer info, Pointer userData) {
        if (done) {
            return REMOVE;
        }
        Pointer buffer = info.getPointer(BufferLayout.PROBE_INFO_DATA);
        int length = (int) NativeCalls.gst_buffer_extract(buffer, 0, head, head.length);
        FlvTag tag = FlvTag.parse(head, length).orElse(null);
        if (tag == null) {
            return PASS;
        }
        lastTagNs = System.nanoTime();
        return inspect(tag) ? PASS : DROP;
    }

    /** False when the tag is to be held back. */
    boolean inspect(FlvTag tag) {
        if (!tag.supported() && unsupported == null) {
            unsupported = tag.codec();
        }
        if (tag.type() == FlvTag.VIDEO) {
            videoSeen = true;
            return true;
        }
        // A decoder configuration carries time 0 for a reader that joins late, frames carry the publisher's clock.
        if (videoSeen || tag.header()) {
            return true;
        }
        if (firstAudioMs < 0) {
            firstAudioMs = tag.timestampMs();
        }
        return tag.timestampMs() - firstAudioMs < AUDIO_AHEAD_MS;
    }

    /** Both tracks run: nothing more to look at. */
    void finish() {
        done = true;
    }

    /** Name of the first codec that cannot be carried; null when there was none. */
    String unsupported() {
        return unsupported;
    }

    /** {@link System#nanoTime()} of the last tag of a track, 0 before the first. */
    long lastTagNs() {
        return lastTagNs;
    }
}
