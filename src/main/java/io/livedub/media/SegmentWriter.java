package io.livedub.media;

import java.nio.file.Path;
import java.util.List;

/** Makes MP4 files of frames, without re-encoding. Blocking; call it from a worker thread. */
public interface SegmentWriter {
    /**
     * Muxes the frames of one track into a plain MP4 (M4A for audio) in memory: {@code ftyp} first, {@code moov} with all sample times.
     *
     * @param frames all of one track and one format, in decode order; not empty
     * @param t0Ns the time, on the frames' timeline, that becomes 0 in the file; a first frame that is some milliseconds off it is moved to 0
     *     so that players begin with it, and the segment's record keeps the exact time
     * @throws SegmentWriteException when the muxer fails; the message says why
     */
    byte[] mux(List<Frame> frames, long t0Ns);

    /**
     * The same, into a file that this method creates or replaces; after a failure no file is left.
     *
     * @throws SegmentWriteException when the muxer fails or the file cannot be written
     */
    void muxTo(Path file, List<Frame> frames, long t0Ns);

    /** A file could not be made. */
    class SegmentWriteException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public SegmentWriteException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
