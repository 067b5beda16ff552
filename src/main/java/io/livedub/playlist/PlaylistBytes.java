package io.livedub.playlist;

/** Bytes of segments that may be held, of all streams together. Thread-safe. */
final class PlaylistBytes {
    private final long most;
    private long taken;

    PlaylistBytes(long most) {
        this.most = most;
    }

    /** @return false when there is no room; nothing is taken then */
    synchronized boolean take(long bytes) {
        if (bytes > most - taken) {
            return false;
        }
        taken += bytes;
        return true;
    }

    synchronized void giveBack(long bytes) {
        taken -= bytes;
    }
}
