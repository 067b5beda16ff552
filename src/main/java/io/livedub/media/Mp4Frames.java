package io.livedub.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.livedub.media.AudioCodec.CodecException;

/**
 * Takes the frames of one track out of a file, one by one, where the tables say they are. Tables may point to the same bytes again and again, so the
 * bytes taken are counted: all frames together are no larger than the file.
 */
final class Mp4Frames implements Mp4Samples {
    /** Four times the longest segment: what is longer is no answer to a segment, of which at most 1.25 times the length can be aired. */
    static final int MAX_SECONDS = 120;
    /** A raw AAC frame has at most 6144 bits for each channel (ISO/IEC 14496-3, 4.5.3.1); ADTS and FLV readers stop at this many bytes. */
    static final int MAX_FRAME_BYTES = 8191;

    private static final int MAX_CHANNEL_BYTES = 6144 / 8;
    private static final int ADTS_HEADER = 7;
    private static final int ADTS_CHECKED_HEADER = 9;

    private final byte[] file;
    private final AudioFormat format;
    private final long maxFrames;
    private final List<byte[]> frames = new ArrayList<>();
    private long taken;

    Mp4Frames(byte[] file, AudioFormat format) {
        this.file = file;
        this.format = format;
        this.maxFrames = (long) MAX_SECONDS * format.sampleRateHz() / format.samplesPerFrame() + 1;
    }

    /**
     * Is called before a table is walked, so that a count from the wire costs nothing.
     *
     * @throws CodecException when that many frames more are more than two minutes
     */
    @Override
    public void expect(long count) {
        if (count > maxFrames - frames.size()) {
            throw tooLong(frames.size() + count);
        }
    }

    @Override
    public void take(long at, long size) {
        if (frames.size() >= maxFrames) {
            throw tooLong(frames.size() + 1L);
        }
        if (size <= 0 || size > Math.max(MAX_FRAME_BYTES, MAX_CHANNEL_BYTES * format.channels())) {
            throw new CodecException(
                    String.format(Locale.ROOT, "frame %d has %d bytes, which no AAC frame has", frames.size(), size));
        }
        if (at < 0 || at > file.length - size) {
            throw new CodecException(String.format(
                    Locale.ROOT,
                    "frame %d is at byte %s, beyond the end of the file at %d",
                    frames.size(),
                    Long.toUnsignedString(at),
                    file.length));
        }
        taken += size;
        if (taken > file.length) {
            throw new CodecException("its frames overlap: together they are larger than the file");
        }
        frames.add(raw((int) at, (int) size));
    }

    List<byte[]> frames() {
        return frames;
    }

    /** Some muxers leave the ADTS header on each frame, which a decoder of raw frames reads as an empty frame. */
    private byte[] raw(int at, int size) {
        int header = 0;
        if (size > ADTS_CHECKED_HEADER && (file[at] & 255) == 255 && (file[at + 1] & 0xf6) == 0xf0) {
            int length = (file[at + 3] & 3) << 11 | (file[at + 4] & 255) << 3 | (file[at + 5] & 255) >> 5;
            if (length == size) {
                header = (file[at + 1] & 1) == 1 ? ADTS_HEADER : ADTS_CHECKED_HEADER;
            }
        }
        return Arrays.copyOfRange(file, at + header, at + size);
    }

    private CodecException tooLong(long count) {
        return new CodecException(
                String.format(Locale.ROOT, "it holds %d frames of %s, more than %d s", count, format, MAX_SECONDS));
    }
}
