package io.livedub.stream.output;

import io.livedub.media.Frame;
import io.livedub.media.MediaSink.Publication;
import io.livedub.stream.FrameAdmission;

/**
 * One publication, and how much of what was pushed into it waits for the server. A server that takes less than comes in loses pictures, not
 * memory of the worker. Not thread-safe.
 */
final class CountedPublication {
    /** Bytes that may wait for the server: 10 s of 50 Mbit/s. */
    private static final long MOST_BACKLOG_BYTES = 64L * 1024 * 1024;

    private final Publication publication;
    private final long sinceNs;
    private final FrameAdmission admission = new FrameAdmission(MOST_BACKLOG_BYTES);
    private long pushedBytes;
    /** By how much the server has taken more than was pushed: the headers of the protocol, 100 MB a day. */
    private long headerBytes;
    /** Bytes that the server had taken when one last looked, and the frames that were pushed since they grew. */
    private long seenTakenBytes;

    private long framesSinceTaken;
    private volatile boolean accepted;

    /** @param sinceNs clock time at which it was opened */
    CountedPublication(Publication publication, long sinceNs) {
        this.publication = publication;
        this.sinceNs = sinceNs;
    }

    Publication publication() {
        return publication;
    }

    long sinceNs() {
        return sinceNs;
    }

    /** The server has let it publish. May be said by any thread. */
    void accepted() {
        accepted = true;
    }

    boolean isAccepted() {
        return accepted;
    }

    /** Whether the frame may still wait. A frame that may not is counted as dropped. */
    boolean admits(Frame frame) {
        return admission.admit(frame, backlogBytes());
    }

    void push(Frame frame) {
        lookWhetherTaken();
        framesSinceTaken++;
        pushedBytes += frame.size();
        publication.push(frame);
    }

    /** A frame that was due before: it shows a picture at once, and losing it is no loss. */
    void repeat(Frame frame) {
        pushedBytes += frame.size();
        publication.push(frame);
    }

    /**
     * Frames that were pushed since the server last took anything. Not told by the difference of bytes: what the server has taken counts the
     * headers of the protocol too, which soon are more than what waits. The sink counts twice a second, so that of a connection that
     * breaks up to half a second of frames may have been taken although they count as waiting.
     */
    long untaken() {
        lookWhetherTaken();
        return framesSinceTaken;
    }

    private void lookWhetherTaken() {
        long now = publication.bytesSent();
        if (now != seenTakenBytes) {
            seenTakenBytes = now;
            framesSinceTaken = 0;
        }
    }

    /** Frames that were dropped because the server takes less than comes in. */
    long dropped() {
        return admission.dropped();
    }

    /** Bytes that were pushed and not taken. Without the headers a server could owe as many bytes as it has ever had of them. */
    private long backlogBytes() {
        long takenBytes = publication.bytesSent();
        headerBytes = Math.max(headerBytes, takenBytes - pushedBytes);
        return pushedBytes + headerBytes - takenBytes;
    }
}
