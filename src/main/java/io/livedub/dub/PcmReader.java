package io.livedub.dub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

import io.livedub.media.Pcm;
import io.livedub.sts.protocol.DubbedAudio;

/** Interleaved little-endian PCM, as STS services label it, to samples. */
final class PcmReader {
    private static final int MIN_RATE_HZ = 8_000;
    private static final int MAX_RATE_HZ = 192_000;
    private static final int MAX_CHANNELS = 8;
    /**
     * Full scale is 1. A service may overshoot it: a limiter turns that down where the dub is mixed, and an encoder cuts it
     * off where it airs alone. A sample 18 dB over it shows another scale, such as that of 16-bit integers, or bytes that
     * are not floats: they would air as a roar at full level.
     */
    private static final float MAX_LEVEL = 8f;

    private PcmReader() {}

    /**
     * @param limitNs no more than this much is read: what follows could not go on air anyway
     * @throws UnusableAudioException when label and bytes do not describe sound
     */
    static Pcm read(DubbedAudio audio, int bytesPerSample, long limitNs) {
        int rate = audio.sampleRateHz();
        int channels = audio.channels();
        if (rate < MIN_RATE_HZ || rate > MAX_RATE_HZ || channels < 1 || channels > MAX_CHANNELS) {
            throw new UnusableAudioException(String.format(
                    Locale.ROOT,
                    "%s without a usable rate and channel count: %d Hz, %d channels",
                    audio.format(),
                    rate,
                    channels));
        }
        int frameBytes = bytesPerSample * channels;
        int available = audio.data().length / frameBytes;
        if (available == 0) {
            throw new UnusableAudioException(
                    String.format(Locale.ROOT, "%s of %d bytes", audio.format(), audio.data().length));
        }
        if (audio.data().length % frameBytes != 0) {
            throw new UnusableAudioException(String.format(
                    Locale.ROOT,
                    "%s of %d bytes, not a multiple of %d",
                    audio.format(),
                    audio.data().length,
                    frameBytes));
        }
        int sampleFrames = (int) Math.min(available, limitNs / 1_000 * rate / 1_000_000 + 1);
        ByteBuffer bytes = ByteBuffer.wrap(audio.data()).order(ByteOrder.LITTLE_ENDIAN);
        float[] samples = new float[sampleFrames * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = bytesPerSample == 2 ? bytes.getShort() / 32768f : finite(bytes.getFloat());
        }
        return new Pcm(rate, channels, samples);
    }

    private static float finite(float sample) {
        if (!Float.isFinite(sample)) {
            throw new UnusableAudioException("pcm_f32le with samples that are not numbers");
        }
        if (Math.abs(sample) > MAX_LEVEL) {
            throw new UnusableAudioException(
                    String.format(Locale.ROOT, "pcm_f32le with a sample of %.1f, where full scale is 1", sample));
        }
        return sample;
    }
}
