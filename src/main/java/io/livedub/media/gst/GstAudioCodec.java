package io.livedub.media.gst;

import java.util.List;

import io.livedub.media.*;

final class GstAudioCodec implements AudioCodec {
    public AacClip demux(byte[] mp4) {
        throw new CodecException("x");
    }

    public Pcm decode(AacClip clip, int sampleRateHz, int channels) {
        throw new CodecException("x");
    }

    public Pcm convert(Pcm pcm, int sampleRateHz, int channels) {
        throw new CodecException("x");
    }

    public Pcm stretch(Pcm pcm, double tempo) {
        throw new CodecException("x");
    }

    public List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
        throw new CodecException("x");
    }

    public byte[] silence(AudioFormat format) {
        return new byte[] {0x21, 0x10, 0x04, 0x60, (byte) 0x8c, 0x1c};
    }
}
