package io.livedub.spool;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

import io.livedub.media.Frame;
import io.livedub.media.Track;

/** From where on a stream's frames have to be kept: a resumed stream shows the picture from the last keyframe that has aired. */
final class KeptKeyframes {
    /** How far behind the air a picture is looked for from which the stream can be decoded. */
    private static final long GOP_NS = 10_000_000_000L;

    private final Deque<Long> keyframes = new ArrayDeque<>();

    void arrived(Frame frame) {
        if (frame.track() == Track.VIDEO && frame.keyframe()) {
            keyframes.add(frame.dtsNs());
        }
    }

    /** @param airedNs up to where the stream has aired; {@link Long#MIN_VALUE}: nothing has */
    long keepFromNs(long airedNs) {
        if (airedNs == Long.MIN_VALUE) {
            return airedNs;
        }
        while (keyframes.size() > 1 && second() <= airedNs) {
            keyframes.remove();
        }
        long keyframe = keyframes.isEmpty() ? airedNs : Math.min(airedNs, keyframes.peek());
        return Math.max(keyframe, airedNs - GOP_NS);
    }

    private long second() {
        Iterator<Long> each = keyframes.iterator();
        each.next();
        return each.next();
    }
}
