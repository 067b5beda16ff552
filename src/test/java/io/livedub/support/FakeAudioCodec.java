package io.livedub.support;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Pcm;

/** A codec without a codec: what was asked of it is in {@link #calls}, what it encoded last in {@link #encoded}. */
public class FakeAudioCodec implements AudioCodec {
    public static final byte[] SILENCE = {0};

    public final List<String> calls = new ArrayList<>();
    /** What {@link #demux} finds in what {@link FakeSegmentWriter} did not make; null: nothing readable. */
    public AacClip clip;
    /** Thrown by {@link #demux} and {@link #encode} when set. */
    public Throwable failure;
    /** The clip as it was given to {@link #decode}. */
    public AacClip decoded;

    public Pcm encoded;
    /** Run while encoding: time passes, say. */
    public Runnable whileEncoding = () -> {};

    @Override
    public AacClip demux(byte[] mp4) {
        calls.add("demux");
        fail();
        if (FakeSegmentWriter.isOurs(mp4)) {
            return FakeSegmentWriter.clip(mp4);
        }
        if (clip == null) {
            throw new CodecException("not an MP4 with one readable AAC track");
        }
        return clip;
    }

    @Override
    public Pcm decode(AacClip from, int sampleRateHz, int channels) {
        calls.add("decode");
        decoded = from;
        long samples = from.audibleSamples() * sampleRateHz / from.format().sampleRateHz();
        return ones(sampleRateHz, channels, (int) samples);
    }

    @Override
    public Pcm convert(Pcm pcm, int sampleRateHz, int channels) {
        if (pcm.sampleRateHz() == sampleRateHz && pcm.channels() == channels) {
            return pcm;
        }
        calls.add("convert");
        return ones(sampleRateHz, channels, (int) ((long) pcm.sampleFrames() * sampleRateHz / pcm.sampleRateHz()));
    }

    @Override
    public Pcm stretch(Pcm pcm, double tempo) {
        calls.add("stretch %.3f".formatted(tempo));
        return ones(pcm.sampleRateHz(), pcm.channels(), (int) Math.round(pcm.sampleFrames() / tempo));
    }

    @Override
    public List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
        calls.add("encode");
        whileEncoding.run();
        fail();
        encoded = pcm;
        List<byte[]> made = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            made.add(new byte[] {7, (byte) i});
        }
        return made;
    }

    @Override
    public byte[] silence(AudioFormat format) {
        return SILENCE;
    }

    /** Full-scale sound, so that a fade can be seen. */
    public static Pcm ones(int sampleRateHz, int channels, int sampleFrames) {
        float[] samples = new float[sampleFrames * channels];
        java.util.Arrays.fill(samples, 1f);
        return new Pcm(sampleRateHz, channels, samples);
    }

    private void fail() {
        if (failure instanceof RuntimeException exception) {
            throw exception;
        } else if (failure instanceof Error error) {
            throw error;
        }
    }
}
