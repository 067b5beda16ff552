package io.livedub.dub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.M4aReader;
import io.livedub.media.Pcm;
import io.livedub.sound.Loudness;
import io.livedub.sound.Mixer;
import io.livedub.sts.protocol.DubbedAudio;

/**
 * Puts dubbed audio into exactly the place of the original: the same number of AAC frames in the same format, so that dubbing adds no
 * A/V error and nothing accumulates. Blocking; runs on a worker thread.
 */
public final class Fitter {
    /** Longer dubs are played faster up to here, pitch kept; speech stays natural (design: media-pipeline, "Fitting"). */
    static final double MAX_TEMPO = 1.25;
    /** Long enough that a joint does not click, short enough that no consonant is lost. */
    private static final int EDGE_FADE_MS = 5;

    private static final int CUT_FADE_MS = 10;

    private final AudioCodec codec;

    public Fitter(AudioCodec codec) {
        this.codec = codec;
    }

    /**
     * Fitted audio.
     *
     * @param frames as many raw AAC frames as the place has
     * @param how one line for the log
     */
    public record FittedAudio(List<byte[]> frames, String how) {}

    /**
     * @param format the stream's own
     * @param places AAC frames that the original takes
     * @throws UnusableAudioException when the audio cannot go on air
     */
    FittedAudio fit(DubbedAudio audio, AudioFormat format, int places) {
        requireSound(audio);
        try {
            // The bytes decide before the label does: services mislabel, and MP4 is unmistakable.
            if (M4aReader.isMp4(audio.data())) {
                return fitClip(codec.demux(audio.data()), format, places);
            }
            codec.requireEncoder(format);
            return encoded(shaped(readPcm(audio, format, places), format, places, audio.format()), format, places);
        } catch (CodecException failed) {
            throw new UnusableAudioException(failed.getMessage());
        }
    }

    /**
     * Audio brought to the length of its place, not encoded.
     *
     * @param pcm at the stream's rate and channels; faded and cut only by {@link #shape}
     * @param from what it was made of
     * @param how one line for the log
     */
    record Shaped(Pcm pcm, Converted from, String how) {
        /** How much louder the dub became by going from its own channels to the stream's, LU. */
        double raisedLu() {
            return from.raisedLu();
        }
    }

    /**
     * A dub at the stream's rate and channels.
     *
     * @param own the same in its own channels; null when it has one, which is now in all of the stream's
     */
    private record Converted(Pcm pcm, Pcm own) {
        double raisedLu() {
            if (own == null) {
                return Loudness.raisedByCopies(pcm.channels());
            }
            double lu = own.channels() == pcm.channels() ? 0 : Loudness.of(pcm) - Loudness.of(own);
            return Double.isFinite(lu) ? lu : 0;
        }
    }

    /** Like {@link #fit}, for a caller who mixes the sound with another: always decodes, never encodes. */
    Shaped shape(DubbedAudio audio, AudioFormat format, int places) {
        Shaped whole = read(audio, format, places);
        Pcm faded = faded(whole.pcm(), places * format.samplesPerFrame(), true);
        return new Shaped(faded, whole.from(), whole.how());
    }

    /** Like {@link #shape}, without fades. A background goes on from one segment to the next, and a fade at each joint would be heard as a gap. */
    Pcm background(DubbedAudio audio, AudioFormat format, int places) {
        return faded(read(audio, format, places).pcm(), places * format.samplesPerFrame(), false);
    }

    private Shaped read(DubbedAudio audio, AudioFormat format, int places) {
        requireSound(audio);
        try {
            if (M4aReader.isMp4(audio.data())) {
                AacClip clip = codec.demux(audio.data());
                return shaped(
                        decoded(clip, format, places),
                        format,
                        places,
                        clip.format().toString());
            }
            return shaped(readPcm(audio, format, places), format, places, audio.format());
        } catch (CodecException failed) {
            throw new UnusableAudioException(failed.getMessage());
        }
    }

    private static void requireSound(DubbedAudio audio) {
        if (audio.data().length == 0) {
            throw new UnusableAudioException("the dubbed audio is empty");
        }
    }

    private FittedAudio fitClip(AacClip clip, AudioFormat format, int places) {
        int skip = Math.toIntExact(clip.leadingSamples() / clip.format().samplesPerFrame());
        boolean aligned = clip.leadingSamples() % clip.format().samplesPerFrame() == 0;
        int frames = Math.toIntExact(
                Math.min(clip.frames().size() - skip, wholeFrames(clip.audibleSamples(), clip.format())));
        if (frames <= 0) {
            throw new UnusableAudioException("the dubbed file has no audible frame");
        }
        if (aligned && interchangeable(clip.format(), format) && Math.abs(frames - places) <= 1) {
            List<byte[]> exact = new ArrayList<>(clip.frames().subList(skip, skip + Math.min(frames, places)));
            while (exact.size() < places) {
                exact.add(codec.silence(format));
            }
            return new FittedAudio(
                    exact,
                    frames == places
                            ? "untouched"
                            : String.format(Locale.ROOT, "untouched, %+d frame", places - frames));
        }
        codec.requireEncoder(format);
        Converted alone = new Converted(decoded(clip, format, places, format.channels()), null);
        return encoded(shaped(alone, format, places, clip.format().toString()), format, places);
    }

    private Pcm decoded(AacClip clip, AudioFormat format, int places, int channels) {
        return codec.decode(atMost(clip, limitNs(format, places)), format.sampleRateHz(), channels);
    }

    private Converted decoded(AacClip clip, AudioFormat format, int places) {
        int own = clip.format().channels();
        // Parametric stereo says one channel and has two, so sound of one channel is decoded to the stream's.
        Pcm decoded = decoded(clip, format, places, own == 1 ? format.channels() : own);
        return own == 1 && areCopies(decoded) ? new Converted(decoded, null) : converted(decoded, format);
    }

    private static boolean areCopies(Pcm pcm) {
        float[] samples = pcm.samples();
        for (int i = 0; i < samples.length; i++) {
            if (samples[i] != samples[i - i % pcm.channels()]) {
                return false;
            }
        }
        return true;
    }

    private Converted converted(Pcm own, AudioFormat format) {
        Pcm pcm = codec.convert(own, format.sampleRateHz(), format.channels());
        return new Converted(pcm, own.channels() == 1 ? null : own);
    }

    private FittedAudio encoded(Shaped shaped, AudioFormat format, int places) {
        Pcm pcm = faded(shaped.pcm(), places * format.samplesPerFrame(), true);
        return new FittedAudio(codec.encode(pcm, format, places), shaped.how());
    }

    private Converted readPcm(DubbedAudio audio, AudioFormat format, int places) {
        return switch (audio.format() == null ? "" : audio.format().toLowerCase(Locale.ROOT)) {
            case "pcm_s16le" -> readPcm(audio, 2, format, places);
            case "pcm_f32le" -> readPcm(audio, 4, format, places);
            case "m4a" ->
                throw new UnusableAudioException(
                        isAdts(audio.data())
                                ? "labelled m4a, but raw AAC with ADTS headers, not an MP4 file"
                                : "labelled m4a, but not an MP4 file");
            default ->
                throw new UnusableAudioException(
                        String.format(Locale.ROOT, "format '%s' is not known", audio.format()));
        };
    }

    private Converted readPcm(DubbedAudio audio, int bytesPerSample, AudioFormat format, int places) {
        return converted(PcmReader.read(audio, bytesPerSample, limitNs(format, places)), format);
    }

    private Shaped shaped(Converted dub, AudioFormat format, int places, String from) {
        Pcm pcm = dub.pcm();
        int due = places * format.samplesPerFrame();
        if (pcm.sampleFrames() == 0) {
            throw new UnusableAudioException("the dubbed audio decodes to nothing");
        }
        int surplus = pcm.sampleFrames() - due;
        String how = from + " re-encoded";
        Pcm fitted = pcm;
        if (surplus > format.samplesPerFrame()) {
            double tempo = Math.min(MAX_TEMPO, (double) pcm.sampleFrames() / due);
            fitted = codec.stretch(pcm, tempo);
            how += String.format(
                    Locale.ROOT,
                    ", %.2f times faster%s",
                    tempo,
                    fitted.sampleFrames() > due + due / 100 ? ", cut" : "");
        } else if (surplus < -format.samplesPerFrame()) {
            how += String.format(Locale.ROOT, ", %d ms of silence after it", -surplus * 1000L / format.sampleRateHz());
        }
        return new Shaped(fitted, dub, how);
    }

    /**
     * Cut to the place, with fades so that the joints to the neighbours do not click.
     *
     * @param always else only an end before the place's own is faded; one that is less than {@link Mixer#BRIDGED_MS} before it is bridged there
     */
    private static Pcm faded(Pcm pcm, int due, boolean always) {
        boolean cut = pcm.sampleFrames() > due;
        int length = Math.min(pcm.sampleFrames(), due);
        float[] samples = Arrays.copyOf(pcm.samples(), length * pcm.channels());
        boolean fadesOut = always || length < due - pcm.sampleRateHz() * Mixer.BRIDGED_MS / 1000;
        int in = Math.min(length / 2, always ? pcm.sampleRateHz() * EDGE_FADE_MS / 1000 : 0);
        int out = Math.min(length / 2, fadesOut ? pcm.sampleRateHz() * (cut ? CUT_FADE_MS : EDGE_FADE_MS) / 1000 : 0);
        for (int i = 0; i < samples.length; i++) {
            int position = i / pcm.channels();
            float gain = Math.min(1f, Math.min(ramp(position, in), ramp(length - 1 - position, out)));
            samples[i] *= gain;
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), samples);
    }

    private static float ramp(int distance, int length) {
        return length == 0 ? 1f : (distance + 0.5f) / length;
    }

    /** Sound that does not fit at the fastest tempo is cut anyway, so it is not decoded: a hostile file could fill gigabytes. */
    private static long limitNs(AudioFormat format, int places) {
        return (long) (format.framesToNs(places) * MAX_TEMPO) + 200_000_000L;
    }

    private static AacClip atMost(AacClip clip, long limitNs) {
        long frames = clip.format().nsToFrames(limitNs) + wholeFrames(clip.leadingSamples(), clip.format()) + 1;
        if (frames >= clip.frames().size()) {
            return clip;
        }
        List<byte[]> kept = clip.frames().subList(0, (int) frames);
        long samples = frames * clip.format().samplesPerFrame() - clip.leadingSamples();
        return new AacClip(clip.format(), kept, clip.leadingSamples(), Math.min(clip.audibleSamples(), samples));
    }

    private static long wholeFrames(long samples, AudioFormat format) {
        return (samples + format.samplesPerFrame() - 1) / format.samplesPerFrame();
    }

    /** The config's bytes may differ (an SBR sync extension, say) where the frames mean the same. */
    private static boolean interchangeable(AudioFormat dubbed, AudioFormat original) {
        return dubbed.objectType() == original.objectType()
                && dubbed.sampleRateHz() == original.sampleRateHz()
                && dubbed.channels() == original.channels()
                && dubbed.channelConfiguration() == original.channelConfiguration()
                // Which channel is which is in the config itself then.
                && (dubbed.channelConfiguration() != 0
                        || Arrays.equals(dubbed.audioSpecificConfig(), original.audioSpecificConfig()))
                && dubbed.samplesPerFrame() == original.samplesPerFrame()
                && dubbed.sbr() == original.sbr();
    }

    /** Recognises raw ADTS for the error message alone: the protocol has no format for it, and ADTS does not tell the encoder delay. */
    private static boolean isAdts(byte[] data) {
        return data.length >= 7 && (data[0] & 255) == 255 && (data[1] & 0xf6) == 0xf0;
    }
}
