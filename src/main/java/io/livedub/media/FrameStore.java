package io.livedub.media;

/**
 * Puts the bytes of one track's frames side by side into arrays of 256 KiB: half a second of video of 4 Mbit/s.
 *
 * <p>A dubbed stream holds its frames for 12 s, so a collector would copy each of them twice: once out of the young generation, once when it
 * compacts the old one. Arrays of this size are not copied by the native image's collector, and are few for the JVM's. An array goes when the last
 * frame of it goes, which for frames that air in the order in which they came is half a second after the first.
 *
 * <p>One for each track, because frames that are held would keep the bytes of frames that were dropped: of the other track that could be most.
 *
 * <p>Not thread-safe.
 */
public final class FrameStore {
    private static final int ARRAY_BYTES = 256 * 1024;
    /** A larger frame would leave too much of an array unused. */
    private static final int LARGE_BYTES = ARRAY_BYTES / 4;

    private byte[] array = new byte[0];
    private int used;

    /** @return the same bytes, for as long as anybody holds them */
    public FrameBytes keep(byte[] bytes) {
        if (bytes.length > LARGE_BYTES) {
            return FrameBytes.of(bytes);
        }
        if (bytes.length > array.length - used) {
            array = new byte[ARRAY_BYTES];
            used = 0;
        }
        System.arraycopy(bytes, 0, array, used, bytes.length);
        FrameBytes kept = new FrameBytes(array, used, bytes.length);
        used += bytes.length;
        return kept;
    }
}
