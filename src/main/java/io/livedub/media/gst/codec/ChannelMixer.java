package io.livedub.media.gst.codec;

import io.livedub.media.Pcm;

/** Channel counts: mono goes to all channels, many go to mono by their mean; anything else goes through mono. */
final class ChannelMixer {
    private ChannelMixer() {}

    static Pcm to(Pcm pcm, int channels) {
        if (pcm.channels() == channels) {
            return pcm;
        }
        int frames = pcm.sampleFrames();
        float[] mono = pcm.channels() == 1 ? pcm.samples() : mean(pcm);
        if (channels == 1) {
            return new Pcm(pcm.sampleRateHz(), 1, mono);
        }
        float[] samples = new float[frames * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = mono[i / channels];
        }
        return new Pcm(pcm.sampleRateHz(), channels, samples);
    }

    private static float[] mean(Pcm pcm) {
        float[] mono = new float[pcm.sampleFrames()];
        for (int i = 0; i < mono.length; i++) {
            float sum = 0;
            for (int channel = 0; channel < pcm.channels(); channel++) {
                sum += pcm.samples()[i * pcm.channels() + channel];
            }
            mono[i] = sum / pcm.channels();
        }
        return mono;
    }
}
