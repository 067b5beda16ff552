package io.livedub.echo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

import io.livedub.media.Pcm;

/**
 * A WAV file whose sound belongs to a source: instant 0 of the file is time stamp 0 of the source. The fragments of the source are answered
 * with their places in it, so that what is on air can be compared with a sound that is known exactly.
 *
 * @param data its samples, in the order of the file
 * @param floats 32 bit floats, or else 16 bit integers
 */
record Recording(ByteBuffer data, int sampleRateHz, int channels, boolean floats) {
    /** Nearly three hours of 16 bit stereo at 48 kHz. */
    private static final long MOST_BYTES = 2_000_000_000L;

    private static final int HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;

    /** @throws IllegalArgumentException when it cannot be read, or is not a WAV file of 16 bit integers or 32 bit floats; the message names it */
    static Recording read(Path file) {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > MOST_BYTES) {
                throw new IllegalArgumentException(file + " is larger than " + MOST_BYTES + " bytes");
            }
            // Not read into the heap: the launcher's has room for five minutes of stereo.
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            ByteBuffer format = chunk(bytes, "fmt ");
            ByteBuffer data = chunk(bytes, "data");
            if (data.hasRemaining() && format.remaining() >= 16 && format.getShort(2) > 0 && format.getInt(4) > 0) {
                int kind = format.getShort(0) & 0xffff;
                int bits = format.getShort(14);
                boolean floats = bits == 32 && (kind == FLOAT || kind == EXTENSIBLE);
                if (floats || bits == 16 && (kind == PCM || kind == EXTENSIBLE)) {
                    return new Recording(data, format.getInt(4), format.getShort(2), floats);
                }
            }
            throw new IllegalArgumentException(file + " is not a WAV file of 16 bit integers or 32 bit floats");
        } catch (IOException failed) {
            throw new IllegalArgumentException(file + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    /** The body of the file's first chunk of this name; empty without one. */
    private static ByteBuffer chunk(ByteBuffer bytes, String name) {
        bytes.order(ByteOrder.LITTLE_ENDIAN).position(Math.min(HEADER, bytes.limit()));
        while (bytes.remaining() >= CHUNK_HEADER) {
            byte[] read = new byte[4];
            bytes.get(read);
            // ffmpeg writes 0xffffffff into a pipe.
            int length = (int) Math.min(Integer.toUnsignedLong(bytes.getInt()), bytes.remaining());
            if (name.equals(new String(read, StandardCharsets.US_ASCII))) {
                return bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            }
            bytes.position(Math.min(bytes.limit(), bytes.position() + length + (length & 1)));
        }
        return ByteBuffer.allocate(0);
    }

    /** Silence where the file has nothing. */
    Pcm part(long fromNs, long lengthNs) {
        int from = sampleAt(fromNs);
        // By both ends, so that a part that begins where another one ended goes on with the next sample.
        float[] part = new float[(sampleAt(fromNs + lengthNs) - from) * channels];
        int first = Math.max(0, from);
        int has = data.remaining() / ((floats ? Float.BYTES : Short.BYTES) * channels);
        int frames = Math.min(has, from + part.length / channels) - first;
        for (int i = 0; i < frames * channels; i++) {
            part[(first - from) * channels + i] = sample(first * channels + i);
        }
        return new Pcm(sampleRateHz, channels, part);
    }

    private float sample(int index) {
        return floats
                ? data.getFloat(index * Float.BYTES)
                : data.getShort(index * Short.BYTES) / (Short.MAX_VALUE + 1f);
    }

    private int sampleAt(long ns) {
        double sample = ns / 1e9 * sampleRateHz;
        return (int) Math.max(Integer.MIN_VALUE / 4.0, Math.min(Integer.MAX_VALUE / 4.0, Math.rint(sample)));
    }
}
