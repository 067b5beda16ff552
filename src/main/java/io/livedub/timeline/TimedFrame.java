package io.livedub.timeline;

import io.livedub.media.Frame;

/**
 * A frame on the stream's own timeline, with the zero it was counted from.
 *
 * @param frame times are nanoseconds on the stream's timeline, which starts at 0 with the first video keyframe and never goes back
 * @param zeroNs where, on the same timeline, the current stretch of the source begins: 0 at first; a later value after the source
 *     jumped or was lost and came back. The segment grid counts from here.
 * @param sourcePtsNs the presentation time that the source gave this frame, wraps of its 32-bit clock counted on; for a made (silent) frame, what it would have given
 * @param made silence that the source did not send
 */
public record TimedFrame(Frame frame, long zeroNs, long sourcePtsNs, boolean made) {
    /** A frame of the source's own. */
    public TimedFrame(Frame frame, long zeroNs, long sourcePtsNs) {
        this(frame, zeroNs, sourcePtsNs, false);
    }
}
