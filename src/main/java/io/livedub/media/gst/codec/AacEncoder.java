package io.livedub.media.gst.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.livedub.media.AudioCodec.CodecException;
import io.livedub.media.AudioCodec.UnknownFormatException;
import io.livedub.media.AudioFormat;
import io.livedub.media.Pcm;
import io.livedub.media.gst.binding.BufferLayout;
import io.livedub.media.gst.binding.ElementCheck;

/**
 * Encodes AAC-LC frame by frame in time: pads the encoder delay to whole AAC frames, then drops those frames.
 *
 * @param element factory name
 * @param shorts it takes 16-bit samples; else floats
 * @param delaySamples encoder and decoder (without SBR) together: input sample n is heard at n + delay, counted from the first frame
 */
record AacEncoder(String element, boolean shorts, int delaySamples) {
    /** 41 ms for 6 s. Its delay is 1600 samples by its source and by measurement (GstAudioCodecIT). */
    private static final AacEncoder VO = new AacEncoder("voaacenc", true, 1600);

    /** 174 ms for 6 s, and more rates and channels. 1024 samples, as libavcodec's initial_padding says. */
    private static final AacEncoder AV = new AacEncoder("avenc_aac", false, 1024);

    private static final Set<Integer> VO_RATES_HZ =
            Set.of(8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000);

    /** The one rate of AAC's table that the other encoder alone makes. Neither makes a rate that is not in the table. */
    private static final int AV_RATE_HZ = 7350;
    /**
     * Core samples by which a decoder that was told of SBR is later than one of plain AAC, 962 at its output's rate: the delay of the filter banks, through
     * which it upsamples frames without SBR data as well. Measured in GstAudioCodecIT.
     */
    private static final int SBR_DELAY_SAMPLES = 481;

    private static final int BITS_PER_SAMPLE = 4;
    private static final int CHANNEL_BITRATE = 64_000;
    private static final int FLUSH_FRAMES = 3;

    static AacEncoder of(AudioFormat format) {
        if (format.objectType() != 2) {
            throw new UnknownFormatException("no encoder makes AAC object type " + format.objectType());
        }
        if (format.samplesPerFrame() != 1024) {
            throw new UnknownFormatException("no encoder makes AAC frames of " + format.samplesPerFrame() + " samples");
        }
        if (format.channelConfiguration() == 0) {
            throw new UnknownFormatException(
                    "no encoder makes AAC whose channels are listed in a program config element");
        }
        if (!VO_RATES_HZ.contains(format.sampleRateHz()) && format.sampleRateHz() != AV_RATE_HZ) {
            throw new UnknownFormatException("no encoder makes AAC of " + format.sampleRateHz() + " Hz");
        }
        boolean vo = format.channels() <= 2
                && VO_RATES_HZ.contains(format.sampleRateHz())
                && ElementCheck.exists(VO.element);
        if (!vo && format.channels() > 6) {
            throw new UnknownFormatException("no encoder makes AAC with " + format.channels() + " channels");
        }
        return vo ? VO : AV;
    }

    List<byte[]> encode(Pcm pcm, AudioFormat format, int frames) {
        int frame = format.samplesPerFrame();
        int delay = delaySamples + (format.sbr() ? SBR_DELAY_SAMPLES : 0);
        int skipped = (delay + frame - 1) / frame;
        int padding = skipped * frame - delay;
        float[] input = new float[(padding + (frames + FLUSH_FRAMES) * frame) * pcm.channels()];
        int wanted = Math.min(pcm.samples().length, frames * frame * pcm.channels());
        System.arraycopy(pcm.samples(), 0, input, padding * pcm.channels(), wanted);

        List<byte[]> made = run(new Pcm(format.sampleRateHz(), pcm.channels(), input));
        if (made.size() < skipped + frames) {
            throw new CodecException(
                    "the encoder gave " + made.size() + " frames where " + (skipped + frames) + " were due");
        }
        return List.copyOf(made.subList(skipped, skipped + frames));
    }

    private List<byte[]> run(Pcm input) {
        int channels = input.channels();
        int rate = input.sampleRateHz();
        int bitrate = Math.min(CHANNEL_BITRATE, BITS_PER_SAMPLE * rate) * channels;
        List<byte[]> made = new ArrayList<>();
        try (BoundedPipeline batch = new BoundedPipeline(
                PcmPipeline.SOURCE + " ! " + element + " name=enc bitrate=" + bitrate
                        + " ! audio/mpeg,mpegversion=4,stream-format=raw ! " + PcmPipeline.SINK,
                (long) input.samples().length * Float.BYTES)) {
            batch.caps(shorts ? PcmPipeline.shorts(rate, channels) : PcmPipeline.floats(rate, channels));
            batch.play();
            batch.push(shorts ? input.s16le() : PcmPipeline.bytes(input.samples()), 0, input.durationNs());
            batch.endOfInput();
            batch.drain(sample -> made.add(BufferLayout.bytes(BufferLayout.of(sample))));
        }
        return made;
    }
}
