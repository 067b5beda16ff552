package io.livedub.dub;

import java.util.ArrayList;
import java.util.List;

import io.livedub.media.AacClip;
import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Pcm;
import io.livedub.sound.Mix;
import io.livedub.sound.PeakCheck;

/**
 * Encodes a mix so that nothing on air is louder than the contract allows (contracts: sound, "Level"). An encoder of AAC raises peaks, those
 * of noise by up to 4.7 dB. So loud sound is decoded again, and limited and encoded once more where a peak is too high.
 *
 * <p>All pieces of a mix go through one run of the codec: starting a pipeline for each took longer than encoding the short ones. Each
 * piece has one frame more at both ends, so no frame that airs overlaps with another piece.
 */
final class MixEncoder {
    private final AudioCodec codec;

    MixEncoder(AudioCodec codec) {
        this.codec = codec;
    }

    /**
     * A mix as raw AAC frames.
     *
     * @param mixed what was encoded
     * @param body as many frames as the segment has
     * @param lead empty when the segment before stays as it is
     */
    record Encoded(Mix.Limited mixed, List<byte[]> body, List<byte[]> tail, List<byte[]> lead) {}

    Encoded encode(Mix mix, AudioFormat format) {
        PeakCheck check = new PeakCheck(mix.ceilingDb());
        while (true) {
            Mix.Limited mixed = mix.limited(check.ceilingDb());
            List<Pcm> pieces = mixed.leadFrames() == 0
                    ? List.of(mixed.body(), mixed.tail())
                    : List.of(mixed.body(), mixed.tail(), mixed.lead());
            Pcm joined = joined(pieces);
            int frame = format.samplesPerFrame();
            List<byte[]> frames = codec.encode(joined, format, joined.sampleFrames() / frame);
            if (!check.isNeeded(joined) || check.isQuietEnough(heard(frames, pieces, format))) {
                int body = mixed.body().sampleFrames() / frame;
                int tail = body + mixed.tail().sampleFrames() / frame;
                return new Encoded(
                        mixed,
                        List.copyOf(frames.subList(1, body - 1)),
                        List.copyOf(frames.subList(body + 1, tail - 1)),
                        mixed.leadFrames() == 0 ? List.of() : List.copyOf(frames.subList(tail + 1, frames.size() - 1)));
            }
        }
    }

    private static Pcm joined(List<Pcm> pieces) {
        float[] samples = new float
                [pieces.stream().mapToInt(piece -> piece.samples().length).sum()];
        int at = 0;
        for (Pcm piece : pieces) {
            System.arraycopy(piece.samples(), 0, samples, at, piece.samples().length);
            at += piece.samples().length;
        }
        Pcm first = pieces.get(0);
        return new Pcm(first.sampleRateHz(), first.channels(), samples);
    }

    /** What a decoder makes of the pieces, without the frames around each of them. */
    private List<Pcm> heard(List<byte[]> frames, List<Pcm> pieces, AudioFormat format) {
        int frame = format.samplesPerFrame();
        Pcm decoded = codec.decode(
                new AacClip(format, frames, 0, (long) frames.size() * frame), format.sampleRateHz(), format.channels());
        List<Pcm> heard = new ArrayList<>();
        int at = 0;
        for (Pcm piece : pieces) {
            int to = at + piece.sampleFrames();
            heard.add(part(decoded, at + frame, to - frame));
            at = to;
        }
        return heard;
    }

    private static Pcm part(Pcm pcm, int from, int to) {
        return new Pcm(
                pcm.sampleRateHz(),
                pcm.channels(),
                java.util.Arrays.copyOfRange(pcm.samples(), from * pcm.channels(), to * pcm.channels()));
    }
}
