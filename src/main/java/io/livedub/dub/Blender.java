package io.livedub.dub;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioCodec.UnknownFormatException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.segment.Segment;
import io.livedub.sound.Bed;
import io.livedub.sound.Decibels;
import io.livedub.sound.DubSound;
import io.livedub.sound.LimitedLevel;
import io.livedub.sound.Loudness;
import io.livedub.sound.LoudnessMatch;
import io.livedub.sound.Mix;
import io.livedub.sound.Mixer;
import io.livedub.sts.StsOutcome;

/**
 * Puts the dubs of one stream into its sound: decodes the original, brings the dub to its loudness, mixes the two and encodes the sum
 * (contracts: sound). Blocking; runs on a worker thread, one segment after the other.
 */
public final class Blender {
    private final AudioCodec codec;
    private final Fitter fitter;
    private final MixEncoder encoder;
    private final LoudnessMatch match = new LoudnessMatch();

    public Blender(AudioCodec codec, Fitter fitter) {
        this.codec = codec;
        this.fitter = fitter;
        this.encoder = new MixEncoder(codec);
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
     * @throws CodecException when this sound could not be mixed: it was not encoded in time, say
     */
    synchronized Blended blend(Segment segment, StsOutcome.Dubbed dubbed, DubSound sound, Neighbour before) {
        try {
            return mixed(segment, dubbed, sound, before.before(segment));
        } catch (UnknownFormatException notHere) {
            // Frames of the service's own may still fit the stream's format. What failed for another reason is no
            // reason to air a dub at its own level: the original airs then.
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

    private Blended mixed(Segment segment, StsOutcome.Dubbed dubbed, DubSound sound, Neighbour before) {
        AudioFormat format = segment.audioFormat();
        codec.requireEncoder(format);
        int places = segment.audio().size();
        Fitter.Shaped dub = fitter.shape(dubbed.audio(), format, places);
        Bedding original = original(segment, before, sound);
        Matched matched = sound.matchLoudness() ? matched(dub) : asItIs(dub);
        Background background = background(dubbed, sound, format, places);
        Mix mix = new Mixer(sound.bed(), sound.bedDb(), format.samplesPerFrame())
                .mix(original.pcm(), matched.pcm(), background.pcm(), original.before());
        MixEncoder.Encoded made = encoder.encode(mix, format);
        String how = dub.how()
                + (matched.correctionDb() == 0 ? "" : String.format(Locale.ROOT, ", %+.1f dB", matched.correctionDb()))
                + original.lost()
                + background.lost();
        return new Blended(
                made.body(),
                made.tail(),
                lead(made.lead(), before),
                new Levels(match.target(), matched.lufs(), made.mixed().bedDb()),
                how,
                Neighbour.of(segment, made.mixed().next()));
    }

    /**
     * A dub at its level.
     *
     * @param correctionDb from the loudness of the dub as the service sent it
     * @param lufs as it airs
     */
    private record Matched(Pcm pcm, double correctionDb, double lufs) {}

    /**
     * The correction is counted from the dub as the service sent it. A dub of one channel sounds 3 LU louder when both channels of the stream
     * carry it, and that is taken off besides: else a dub that is 11 LU louder than the original would need 14 dB, more than the bound.
     */
    private Matched matched(Fitter.Shaped dub) {
        LimitedLevel level = new LimitedLevel(dub.pcm());
        double lufs = level.lufs();
        double raisedLu = dub.raisedLu();
        double correctionDb = match.gainDb(lufs - raisedLu);
        double gainDb = correctionDb - raisedLu;
        // Loud speech loses more than 1 LU in the limiter, so what it will take is given beforehand.
        return new Matched(louder(dub.pcm(), level.gainDb(gainDb)), correctionDb, lufs + gainDb);
    }

    private Matched asItIs(Fitter.Shaped dub) {
        match.forgetGain();
        return new Matched(dub.pcm(), 0, Loudness.of(dub.pcm()));
    }

    /** The last frames of the segment before, at their times. */
    private static List<Frame> lead(List<byte[]> made, Neighbour before) {
        List<Frame> lead = new ArrayList<>();
        for (Frame place : before.last(made.size())) {
            lead.add(new Frame(
                    place.format(), place.ptsNs(), place.dtsNs(), true, place.arrivalNs(), made.get(lead.size())));
        }
        return List.copyOf(lead);
    }

    /**
     * The original under a dub.
     *
     * @param before what the mix goes on from
     * @param lost for the log; empty when the original was decoded
     */
    private record Bedding(Pcm pcm, Mixer.Before before, String lost) {}

    /**
     * A source may send frames that no decoder takes. The dub then airs at its level, which the segments before have told, over silence.
     *
     * @throws CodecException when the original is not decoded and no level is known yet: the dub might be far too loud
     */
    private Bedding original(Segment segment, Neighbour before, DubSound sound) {
        AudioFormat format = segment.audioFormat();
        try {
            Pcm decoded = decoded(segment, before);
            match.hear(segment.t0Ns(), Loudness.blocks(place(decoded, format)));
            return new Bedding(decoded, before.aired(), "");
        } catch (UnknownFormatException nowhere) {
            throw nowhere;
        } catch (CodecException damaged) {
            if (sound.matchLoudness() && !match.knowsTarget()) {
                throw damaged;
            }
            int samples = (segment.audio().size() + 2) * format.samplesPerFrame() * format.channels();
            Pcm silence = new Pcm(format.sampleRateHz(), format.channels(), new float[samples]);
            return new Bedding(silence, Mixer.Before.NOTHING, ", without the original: " + damaged.getMessage());
        }
    }

    /** The segment's own sound, with the frame before it and the one behind it where they are known. */
    private Pcm decoded(Segment segment, Neighbour before) {
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

    /**
     * The service's background under a dub.
     *
     * @param pcm null without one that can be used: the dub is then alone
     * @param lost for the log; empty when none was sent, or it was read
     */
    private record Background(Pcm pcm, String lost) {}

    private Background background(StsOutcome.Dubbed dubbed, DubSound sound, AudioFormat format, int places) {
        if (sound.bed() != Bed.STEM || dubbed.background().isEmpty()) {
            return new Background(null, "");
        }
        try {
            return new Background(fitter.background(dubbed.background().get(), format, places), "");
        } catch (UnusableAudioException unusable) {
            return new Background(null, ", without its background: " + unusable.getMessage());
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
}
