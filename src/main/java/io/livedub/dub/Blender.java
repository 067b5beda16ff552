package io.livedub.dub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.segment.Segment;
import io.livedub.sound.Bed;
import io.livedub.sound.Decibels;
import io.livedub.sound.DubSound;
import io.livedub.sound.Limiter;
import io.livedub.sound.Loudness;
import io.livedub.sound.LoudnessMatch;
import io.livedub.sound.Mixer;
import io.livedub.sound.Mixer.Mixed;
import io.livedub.sts.StsOutcome;

/**
 * Puts the dubs of one stream into its sound: decodes the original, brings the dub to its loudness, mixes the two and encodes the sum
 * (contracts: sound). Blocking; runs on a worker thread, one segment after the other.
 */
public final class Blender {
    private final AudioCodec codec;
    private final Fitter fitter;
    private final LoudnessMatch match = new LoudnessMatch();

    public Blender(AudioCodec codec, Fitter fitter) {
        this.codec = codec;
        this.fitter = fitter;
    }

    /**
     * A segment's dubbed sound.
     *
     * @param frames as many raw AAC frames as the segment has
     * @param tail what replaces the last of them when the next segment airs original sound
     * @param lead what replaces the last frames of the segment before, at their times; empty when they stay
     * @param levels null when the stream's format cannot be decoded or encoded here, and the dub airs alone
     * @param how one line for the log
     * @param next for the next segment
     */
    record Blended(
            List<byte[]> frames, List<byte[]> tail, List<Frame> lead, Levels levels, String how, Neighbour next) {}

    /**
     * @param sound what is to be done
     * @param before the segment that aired before this one
     * @throws UnusableAudioException when the dub cannot go on air
     */
    synchronized Blended blend(Segment segment, StsOutcome.Dubbed dubbed, DubSound sound, Neighbour before) {
        try {
            Neighbour neighbour = before.before(segment);
            return blend(segment, dubbed, sound, original(segment, neighbour), neighbour);
        } catch (CodecException notHere) {
            // A format that is decoded or encoded nowhere here: frames of the service's own may still fit it.
            Fitter.FittedAudio alone = fitter.fit(
                    dubbed.audio(), segment.audioFormat(), segment.audio().size());
            return new Blended(
                    alone.frames(),
                    List.of(),
                    List.of(),
                    null,
                    alone.how() + ", alone: " + notHere.getMessage(),
                    Neighbour.of(segment, Mixer.Before.NOTHING));
        }
    }

    private Blended blend(Segment segment, StsOutcome.Dubbed dubbed, DubSound sound, Pcm original, Neighbour before) {
        AudioFormat format = segment.audioFormat();
        int places = segment.audio().size();
        Fitter.Shaped dub = fitter.shape(dubbed.audio(), format, places);
        match.hear(segment.t0Ns(), Loudness.blocks(place(original, format)));
        double lufs = Loudness.of(dub.pcm());
        double gainDb = sound.matchLoudness() ? match.gainDb(lufs) : 0;
        Pcm spoken = louder(dub.pcm(), gainDb);
        // Loud speech loses more than 1 LU in the limiter, so what it will take is given beforehand.
        Pcm given = sound.matchLoudness() ? louder(spoken, Limiter.lossDb(spoken)) : spoken;
        Mixed mixed = new Mixer(sound.bed(), sound.bedDb(), format.samplesPerFrame())
                .mix(original, given, stem(dubbed, sound, format, places), before.aired());
        String how = dub.how() + (gainDb == 0 ? "" : String.format(Locale.ROOT, ", %+.1f dB", gainDb));
        return new Blended(
                encoded(mixed.body(), format, places),
                encoded(mixed.tail(), format, mixed.tailFrames()),
                mixed.leadFrames() == 0 ? List.of() : lead(mixed, format, before),
                new Levels(match.target(), lufs + gainDb, mixed.bedDb()),
                how,
                Neighbour.of(segment, mixed.next()));
    }

    /** The last frames of the segment before, at their times. */
    private List<Frame> lead(Mixed mixed, AudioFormat format, Neighbour before) {
        List<byte[]> made = encoded(mixed.lead(), format, mixed.leadFrames());
        List<Frame> lead = new ArrayList<>();
        for (Frame place : before.last(made.size())) {
            lead.add(new Frame(
                    place.format(), place.ptsNs(), place.dtsNs(), true, place.arrivalNs(), made.get(lead.size())));
        }
        return List.copyOf(lead);
    }

    /** The segment's own sound, with the frame before it and the one behind it where they are known. */
    private Pcm original(Segment segment, Neighbour before) {
        AudioFormat format = segment.audioFormat();
        int frame = format.samplesPerFrame();
        List<byte[]> frames = new ArrayList<>();
        before.leadIn().forEach(lead -> frames.add(lead.data()));
        segment.audio().forEach(own -> frames.add(own.data()));
        following(segment).ifPresent(next -> frames.add(next.data()));
        // The first frame has nothing to overlap with; the second one is sound.
        int dropped = before.original().isEmpty() ? 0 : frame;
        long audible = (long) frames.size() * frame - dropped;
        Pcm decoded =
                codec.decode(new AacClip(format, frames, dropped, audible), format.sampleRateHz(), format.channels());
        int silence = before.original().isEmpty() ? frame * format.channels() : 0;
        float[] samples = new float[(segment.audio().size() + 2) * frame * format.channels()];
        int known = Math.min(decoded.samples().length, samples.length - silence);
        System.arraycopy(decoded.samples(), 0, samples, silence, known);
        return new Pcm(format.sampleRateHz(), format.channels(), samples);
    }

    private static Optional<Frame> following(Segment segment) {
        Frame next = segment.following();
        Frame last = segment.audio().get(segment.audio().size() - 1);
        long frameNs = segment.audioFormat().frameDurationNs();
        boolean follows = next != null
                && next.format().equals(last.format())
                && Math.abs(next.ptsNs() - last.ptsNs() - frameNs) <= frameNs / 2;
        return follows ? Optional.of(next) : Optional.empty();
    }

    private static Pcm place(Pcm original, AudioFormat format) {
        int frame = format.samplesPerFrame() * format.channels();
        float[] samples = original.samples();
        return new Pcm(
                original.sampleRateHz(),
                original.channels(),
                Arrays.copyOfRange(samples, frame, samples.length - frame));
    }

    /** @return null without one that can be used: the dub is then alone */
    private Pcm stem(StsOutcome.Dubbed dubbed, DubSound sound, AudioFormat format, int places) {
        if (sound.bed() != Bed.STEM || dubbed.background().isEmpty()) {
            return null;
        }
        try {
            return fitter.background(dubbed.background().get(), format, places);
        } catch (UnusableAudioException unusable) {
            return null;
        }
    }

    private static Pcm louder(Pcm pcm, double gainDb) {
        float factor = (float) Decibels.toFactor(gainDb);
        float[] samples = pcm.samples().clone();
        for (int i = 0; i < samples.length; i++) {
            samples[i] *= factor;
        }
        return new Pcm(pcm.sampleRateHz(), pcm.channels(), samples);
    }

    /** Encodes the frame before and the one behind as well: what they overlap with is then what is heard there. */
    private List<byte[]> encoded(Pcm pcm, AudioFormat format, int frames) {
        return List.copyOf(codec.encode(pcm, format, frames + 2).subList(1, frames + 1));
    }
}
