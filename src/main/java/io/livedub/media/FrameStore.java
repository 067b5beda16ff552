package io.livedub.media;

/**
 * Puts the bytes of one track's frames side by side into arrays of a second or so.
 *
 * <p>A dubbed stream holds its frames for 12 s, so a collector would copy each of them twice: once out of the young generation, once when it
 * compacts the old one. An array goes when the last frame of it goes, which for frames that air in the order in which they came is a second
 * after the first.
 *
 * <p>One for each track, because frames that are held would keep the bytes of frames that were dropped: of the other track that could be most.
 *
 * <p>Not thread-safe.
 */
public final class FrameStore {
    /** Half a second of video of 4 Mbit/s. Arrays of this size are not copied by the native image's collector, and are few for the JVM's. */
    public static final int PICTURES = 256 * 1024;
    /** Two seconds of AAC of 128 kbit/s. In larger arrays most of what a stream holds of its sound would be sound that has aired. */
    public static final int SOUND = 32 * 1024;

    private final int arrayBytes;
    private byte[] array = new byte[0];
    private int used;

    /** @param arrayBytes size of the arrays */
    public FrameStore(int arrayBytes) {
        this.arrayBytes = arrayBytes;
    }

    /** @return the same bytes, for as long as anybody holds them */
    public FrameBytes keep(byte[] bytes) {
        // A larger frame would leave too much of an array unused.
        if (bytes.length > arrayBytes / 4) {
            return FrameBytes.of(bytes);
        }
        if (bytes.length > array.length - used) {
            array = new byte[arrayBytes];
            used = 0;
        }
        System.arraycopy(bytes, 0, array, used, bytes.length);
        FrameBytes kept = new FrameBytes(array, used, bytes.length);
        used += bytes.length;
        return kept;
    }
}
