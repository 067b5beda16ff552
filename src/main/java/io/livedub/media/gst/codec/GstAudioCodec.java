package io.livedub.media.gst.codec;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.M4aReader;
import io.livedub.media.Pcm;
import io.livedub.media.SilentFrame;
import io.livedub.media.gst.binding.Caps;
import io.livedub.media.gst.binding.GstRuntime;

/** Each call is one short pipeline with a limit of three seconds; nothing is shared between calls but the cached frames of silence. */
public final class GstAudioCodec implements AudioCodec {
    private static final int MAX_FORMATS = 64;
    private static final int SILENT_FRAMES = 4;

    /** Those asked for last. A publisher that sends one format after the other must not take the places of those that are on air. */
    private final Map<AudioFormat, byte[]> silences =
            Collections.synchronizedMap(new LinkedHashMap<>(MAX_FORMATS, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<AudioFormat, byte[]> eldest) {
                    return size() > MAX_FORMATS;
                }
            });

    /** What an encoder's silence depends on. Decoder configurations that say the same in other bytes are without number, and these are not. */
    private record EncodedSilence(int sampleRateHz, int channels, boolean sbr) {}

    private final Map<EncodedSilence, byte[]> encodedSilences = new ConcurrentHashMap<>();

    @Override
    public AacClip demux(byte[] mp4) {
        return guarded("cannot be read as MP4 with AAC", () -> M4aReader.read(mp4));
    }

    @Override
    public Pcm decode(AacClip clip, int sampleRateHz, int channels) {
        Pcm decoded = guarded("cannot be decoded", () -> decode(clip));
        return convert(decoded, sampleRateHz, channels);
    }

    @Override
    public Pcm convert(Pcm pcm, int sampleRateHz, int channels) {
        Pcm mixed = ChannelMixer.to(pcm, channels);
        if (mixed.sampleRateHz() == sampleRateHz) {
            return mixed;
        }
        int length = Math.toIntExact(Math.round((double) mixed.sampleFrames() * sampleRateHz / mixed.sampleRateHz()));
        if (mixed.sampleFrames() == 0 || length == 0) {
            return new Pcm(sampleRateHz, channels, new float[0]);
        }
        return guarded("cannot be resampled", () -> PcmPipeline.filter(mixed, "audioresample", sampleRateHz, length));
    }

    @Override
    public Pcm stretch(Pcm pcm, double tempo) {
        if (!(tempo >= 0.5 && tempo <= 2)) {
            throw new IllegalArgumentException("tempo " + tempo + " is not within 0.5 and 2");
        }
        int length = Math.toIntExact(Math.round(pcm.sampleFrames() / tempo));
        if (pcm.sampleFrames() == 0) {
            return pcm;
        }
        return guarded(
                "cannot be stretched",
                () -> PcmPipeline.filter(pcm, "pitch name=pitch tempo=" + (float) tempo, pcm.sampleRateHz(), length));
    }

    @Override
    public List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
        if (pcm.sampleRateHz() != format.sampleRateHz() || pcm.channels() != format.channels()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "sound has %d Hz and %d channels, %s is wanted",
                    pcm.sampleRateHz(),
                    pcm.channels(),
                    format));
        }
        return frames == 0
                ? List.of()
                : guarded("cannot be encoded", () -> AacEncoder.of(format).encode(pcm, format, frames));
    }

    @Override
    public void requireEncoder(AudioFormat format) {
        guarded("cannot be encoded", () -> AacEncoder.of(format));
    }

    @Override
    public byte[] silence(AudioFormat format) {
        byte[] known = silences.get(format);
        if (known != null) {
            return known;
        }
        byte[] made = makeSilence(format);
        silences.put(format, made);
        return made;
    }

    /** The encoder's own where there is one: what it makes of the silence in a dub is then known to be silence. */
    private byte[] makeSilence(AudioFormat format) {
        try {
            requireEncoder(format);
            EncodedSilence sound = new EncodedSilence(format.sampleRateHz(), format.channels(), format.sbr());
            byte[] known = encodedSilences.get(sound);
            if (known == null) {
                Pcm nothing = new Pcm(format.sampleRateHz(), format.channels(), new float[0]);
                known = encode(nothing, format, SILENT_FRAMES).get(SILENT_FRAMES - 1);
                encodedSilences.put(sound, known);
            }
            return known;
        } catch (CodecException unmade) {
            // Such sound passes and cannot be dubbed; without silence it would end the stream.
            return SilentFrame.of(format);
        }
    }

    /** libav's decoder sees frames of bounded size and number only, and what it makes of them is checked against their number. */
    private static Pcm decode(AacClip clip) {
        AudioFormat format = clip.format();
        long core = (long) clip.frames().size() * format.samplesPerFrame();
        // SBR doubles the rate, and parametric stereo the channels.
        long limit = core * 2 * Math.max(2, format.channels()) * Float.BYTES;
        try (BoundedPipeline batch = new BoundedPipeline(
                        PcmPipeline.SOURCE
                                + " ! avdec_aac ! audioconvert ! audio/x-raw,format=F32LE,layout=interleaved ! "
                                + PcmPipeline.SINK,
                        limit);
                PcmPipeline.Collector collector = new PcmPipeline.Collector()) {
            batch.caps(Caps.text(format));
            batch.play();
            for (int i = 0; i < clip.frames().size(); i++) {
                batch.push(clip.frames().get(i), format.framesToNs(i), format.frameDurationNs());
            }
            batch.endOfInput();
            batch.drain(collector::take);
            return audible(clip, collector, core);
        }
    }

    /** @throws CodecException when frames are missing: the rest would be heard too early */
    private static Pcm audible(AacClip clip, PcmPipeline.Collector collector, long core) {
        if (collector.sampleRateHz() == 0) {
            throw new CodecException("nothing could be decoded");
        }
        // The clip counts in core samples.
        double scale = (double) collector.sampleRateHz() / clip.format().sampleRateHz();
        float[] samples = collector.samples();
        int channels = collector.channels();
        int length = samples.length / channels;
        if (Math.abs(length - core * scale) >= clip.format().samplesPerFrame() * scale) {
            throw new CodecException(String.format(
                    Locale.ROOT,
                    "%d of its %d frames could be decoded",
                    Math.round(length / scale / clip.format().samplesPerFrame()),
                    clip.frames().size()));
        }
        int from = (int) Math.min(length, Math.round(clip.leadingSamples() * scale));
        int to = (int) Math.min(length, from + Math.round(clip.audibleSamples() * scale));
        return new Pcm(collector.sampleRateHz(), channels, Arrays.copyOfRange(samples, from * channels, to * channels));
    }

    private static <T> T guarded(String what, java.util.function.Supplier<T> call) {
        try {
            return call.get();
        } catch (UnknownFormatException | GstRuntime.MissingGStreamerException nowhere) {
            throw new UnknownFormatException("sound " + what + ": " + nowhere.getMessage(), nowhere);
        } catch (CodecException failure) {
            throw new CodecException("sound " + what + ": " + failure.getMessage(), failure);
        }
    }
}
