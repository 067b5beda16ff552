package io.livedub.echo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntToDoubleFunction;

import io.livedub.media.Pcm;

/** Uncompressed sound: what is done to it, and how it is written. */
final class PcmSound {
    // Low enough to leave speech understandable, high enough to be heard as a buzz and not as a tremolo.
    private static final double CARRIER_HZ = 70;
    private static final double TONE_HZ = 440;
    private static final double TONE_LEVEL = 0.2;

    private PcmSound() {}

    /** Multiplies with a sine: the spectrum is moved by ±70 Hz, harmonics no longer are, and the voice is a robot's. */
    static Pcm robot(Pcm pcm) {
        return made(pcm, i -> pcm.samples()[i] * sine(CARRIER_HZ, i / pcm.channels(), pcm.sampleRateHz()));
    }

    static Pcm louder(Pcm pcm, double db) {
        double factor = Math.pow(10, db / 20);
        return made(pcm, i -> pcm.samples()[i] * factor);
    }

    static Pcm tone(int sampleRateHz, int channels, long durationMs) {
        int frames = Math.toIntExact(sampleRateHz * durationMs / 1000);
        Pcm silence = new Pcm(sampleRateHz, channels, new float[frames * channels]);
        return made(silence, i -> TONE_LEVEL * sine(TONE_HZ, i / channels, sampleRateHz));
    }

    private static double sine(double hz, int frame, int sampleRateHz) {
        return Math.sin(2 * Math.PI * hz * frame / sampleRateHz);
    }

    /** Another sound of the same format and length; each sample is a function of its index. */
    private static Pcm made(Pcm like, IntToDoubleFunction sample) {
        float[] samples = new float[like.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) sample.applyAsDouble(i);
        }
        return new Pcm(like.sampleRateHz(), like.channels(), samples);
    }

    static byte[] f32le(Pcm pcm) {
        ByteBuffer bytes =
                ByteBuffer.allocate(pcm.samples().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(pcm.samples());
        return bytes.array();
    }
}
