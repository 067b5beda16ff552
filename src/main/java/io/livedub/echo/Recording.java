package io.livedub.echo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

import io.livedub.media.Pcm;

/**
 * A WAV file whose sound belongs to a source: instant 0 of the file is time stamp 0 of the source. The fragments of the source are answered
 * with their places in it, so that what is on air can be compared with a sound that is known exactly.
 */
final class Recording {
    /** An hour of 16 bit stereo at 48 kHz: the whole file is held. */
    private static final long MOST_BYTES = 700_000_000L;

    private static final int HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int PCM = 1;
    private static final int FLOAT = 3;
    private static final int EXTENSIBLE = 0xfffe;

    private final Pcm sound;

    private Recording(Pcm sound) {
        this.sound = sound;
    }

    /** @throws IllegalArgumentException when it cannot be read, or is not a WAV file of 16 bit integers or 32 bit floats; the message names it */
    static Recording read(Path file) {
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new IllegalArgumentException(file + " is larger than " + MOST_BYTES + " bytes");
            }
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            ByteBuffer format = chunk(bytes, "fmt ");
            ByteBuffer data = chunk(bytes, "data");
            if (data.hasRemaining() && format.remaining() >= 16 && format.getShort(2) > 0 && format.getInt(4) > 0) {
                int kind = format.getShort(0) & 0xffff;
                int bits = format.getShort(14);
                boolean floats = bits == 32 && (kind == FLOAT || kind == EXTENSIBLE);
                if (floats || bits == 16 && (kind == PCM || kind == EXTENSIBLE)) {
                    int channels = format.getShort(2);
                    return new Recording(new Pcm(format.getInt(4), channels, samples(data, channels, floats)));
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

    private static float[] samples(ByteBuffer data, int channels, boolean floats) {
        int size = floats ? Float.BYTES : Short.BYTES;
        float[] samples = new float[data.remaining() / (size * channels) * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = floats ? data.getFloat() : data.getShort() / (Short.MAX_VALUE + 1f);
        }
        return samples;
    }

    /** Silence where the file has nothing. */
    Pcm part(long fromNs, long lengthNs) {
        int channels = sound.channels();
        int from = sampleAt(fromNs);
        // By both ends, so that a part that begins where another one ended goes on with the next sample.
        float[] part = new float[(sampleAt(fromNs + lengthNs) - from) * channels];
        int first = Math.max(0, from);
        int frames = Math.min(sound.sampleFrames(), from + part.length / channels) - first;
        if (frames > 0) {
            System.arraycopy(sound.samples(), first * channels, part, (first - from) * channels, frames * channels);
        }
        return new Pcm(sound.sampleRateHz(), channels, part);
    }

    private int sampleAt(long ns) {
        double sample = ns / 1e9 * sound.sampleRateHz();
        return (int) Math.max(Integer.MIN_VALUE / 4.0, Math.min(Integer.MAX_VALUE / 4.0, Math.rint(sample)));
    }
}
