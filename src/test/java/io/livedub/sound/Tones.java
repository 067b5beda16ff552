package io.livedub.sound;

import java.util.Arrays;
import java.util.Random;

import io.livedub.media.Pcm;

/** Sound made for tests. Levels are peak values, lengths milliseconds. */
public final class Tones {
    private Tones() {}

    public static Pcm sine(int rate, int channels, double hz, double peak, int ms) {
        float[] samples = new float[(int) ((long) rate * ms / 1000) * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (peak * Math.sin(2 * Math.PI * hz * (i / channels) / rate));
        }
        return new Pcm(rate, channels, samples);
    }

    /** Noise whose level changes like speech's: syllables of 200 ms, a pause of 300 ms each 2 s. */
    public static Pcm babble(int rate, int channels, double peak, int ms, long seed) {
        Random random = new Random(seed);
        float[] samples = new float[(int) ((long) rate * ms / 1000) * channels];
        double slow = 0;
        for (int i = 0; i < samples.length / channels; i++) {
            double t = (double) i / rate;
            double syllable = t % 2 > 1.7 ? 0 : 0.25 + 0.75 * Math.pow(Math.sin(Math.PI * t / 0.2), 2);
            slow += 0.2 * (random.nextDouble() * 2 - 1 - slow);
            for (int c = 0; c < channels; c++) {
                samples[i * channels + c] = (float) (peak * 2 * syllable * slow);
            }
        }
        return new Pcm(rate, channels, samples);
    }

    /** White noise, another one in each channel. */
    public static Pcm noise(int rate, int channels, double peak, int ms, long seed) {
        Random random = new Random(seed);
        float[] samples = new float[(int) ((long) rate * ms / 1000) * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) (peak * (random.nextDouble() * 2 - 1));
        }
        return new Pcm(rate, channels, samples);
    }

    public static Pcm silence(int rate, int channels, int sampleFrames) {
        return new Pcm(rate, channels, new float[sampleFrames * channels]);
    }

    /** One after the other. */
    public static Pcm sequence(Pcm... parts) {
        int length =
                Arrays.stream(parts).mapToInt(part -> part.samples().length).sum();
        float[] samples = new float[length];
        int at = 0;
        for (Pcm part : parts) {
            System.arraycopy(part.samples(), 0, samples, at, part.samples().length);
            at += part.samples().length;
        }
        return new Pcm(parts[0].sampleRateHz(), parts[0].channels(), samples);
    }

    public static Pcm plus(Pcm pcm, double db) {
        float[] samples = pcm.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= (float) Decibels.toFactor(db);
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), samples);
    }

    /** From one sample of a channel to another. */
    public static Pcm part(Pcm pcm, int from, int to) {
        return new Pcm(
                pcm.sampleRateHz(),
                pcm.channels(),
                Arrays.copyOfRange(pcm.samples(), from * pcm.channels(), to * pcm.channels()));
    }

    /** Root of the mean square between two instants, dB of full scale. */
    public static double rms(Pcm pcm, int fromMs, int toMs) {
        int from = pcm.sampleRateHz() / 1000 * fromMs * pcm.channels();
        int to = Math.min(pcm.samples().length, pcm.sampleRateHz() / 1000 * toMs * pcm.channels());
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += (double) pcm.samples()[i] * pcm.samples()[i];
        }
        return Decibels.ofPower(sum / (to - from));
    }

    /** The largest difference between neighbouring samples of a channel. */
    public static double step(Pcm pcm, int from, int to) {
        double most = 0;
        for (int i = Math.max(1, from) * pcm.channels(); i < to * pcm.channels(); i++) {
            most = Math.max(most, Math.abs(pcm.samples()[i] - pcm.samples()[i - pcm.channels()]));
        }
        return most;
    }
}
