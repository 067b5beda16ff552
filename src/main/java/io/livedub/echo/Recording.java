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
            return new Recording(
                    parse(file, ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN)));
        } catch (IOException failed) {
            throw new IllegalArgumentException(file + " cannot be read: " + failed.getMessage(), failed);
        }
    }

    private static Pcm parse(Path file, ByteBuffer bytes) {
        int format = 0;
        int channels = 0;
        int rate = 0;
        int bits = 0;
        for (int at = HEADER; at + CHUNK_HEADER <= bytes.limit(); ) {
            String chunk = new String(bytes.array(), at, 4, StandardCharsets.US_ASCII);
            // ffmpeg writes 0xffffffff into a pipe.
            long length = Math.min(bytes.getInt(at + 4) & 0xffffffffL, bytes.limit() - at - CHUNK_HEADER);
            int body = at + CHUNK_HEADER;
            if (chunk.equals("fmt ") && length >= 16) {
                format = bytes.getShort(body) & 0xffff;
                channels = bytes.getShort(body + 2);
                rate = bytes.getInt(body + 4);
                bits = bytes.getShort(body + 14);
            } else if (chunk.equals("data") && channels > 0 && rate > 0) {
                boolean floats = bits == 32 && (format == FLOAT || format == EXTENSIBLE);
                if (floats || bits == 16 && (format == PCM || format == EXTENSIBLE)) {
                    return new Pcm(rate, channels, samples(bytes, body, (int) length, channels, floats));
                }
            }
            at = (int) Math.min(bytes.limit(), body + length + (length & 1));
        }
        throw new IllegalArgumentException(file + " is not a WAV file of 16 bit integers or 32 bit floats");
    }

    private static float[] samples(ByteBuffer bytes, int from, int length, int channels, boolean floats) {
        int size = floats ? Float.BYTES : Short.BYTES;
        float[] samples = new float[length / (size * channels) * channels];
        for (int i = 0; i < samples.length; i++) {
            int at = from + i * size;
            samples[i] = floats ? bytes.getFloat(at) : bytes.getShort(at) / (Short.MAX_VALUE + 1f);
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
