package io.livedub.echo;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

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
        float[] out = new float[pcm.samples().length];
        for (int i = 0; i < out.length; i++) {
            int frame = i / pcm.channels();
            double carrier = Math.sin(2 * Math.PI * CARRIER_HZ * frame / pcm.sampleRateHz());
            out[i] = (float) (pcm.samples()[i] * carrier);
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), out);
    }

    static Pcm louder(Pcm pcm, double db) {
        float factor = (float) Math.pow(10, db / 20);
        float[] out = pcm.samples().clone();
        for (int i = 0; i < out.length; i++) {
            out[i] *= factor;
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), out);
    }

    static Pcm tone(int sampleRateHz, int channels, long durationMs) {
        int frames = Math.toIntExact(sampleRateHz * durationMs / 1000);
        float[] out = new float[frames * channels];
        for (int i = 0; i < out.length; i++) {
            int frame = i / channels;
            out[i] = (float) (TONE_LEVEL * Math.sin(2 * Math.PI * TONE_HZ * frame / sampleRateHz));
        }
        return new Pcm(sampleRateHz, channels, out);
    }

    static byte[] s16le(Pcm pcm) {
        ByteBuffer bytes =
                ByteBuffer.allocate(pcm.samples().length * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : pcm.samples()) {
            float clipped = Math.max(-1, Math.min(1, sample));
            bytes.putShort((short) Math.round(clipped * Short.MAX_VALUE));
        }
        return bytes.array();
    }

    static byte[] f32le(Pcm pcm) {
        ByteBuffer bytes =
                ByteBuffer.allocate(pcm.samples().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float sample : pcm.samples()) {
            bytes.putFloat(sample);
        }
        return bytes.array();
    }
}
