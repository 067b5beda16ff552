package io.livedub.timeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongUnaryOperator;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;

/**
 * Frames as an FLV source stamps them: whole milliseconds, in order of arrival, each with a payload that says which it is. A
 * test changes what it wants wrong.
 */
final class FakeSource {
    static final long MS = 1_000_000L;
    static final long S = 1_000_000_000L;
    static final AudioFormat AAC = AudioFormat.aacLc(48000, 2);
    static final VideoFormat AVC = new VideoFormat(new byte[] {1, 77, 0, 31}, 1280, 720);
    static final byte[] SILENCE = {0};

    double fps = 30;
    int gop = 30;
    boolean bFrames;
    AudioFormat audioFormat = AAC;
    VideoFormat videoFormat = AVC;
    long originNs;
    /** Audio stamps run fast by this. */
    double audioPpm;
    /** Clock time of the source's 0, and how frames travel from there. */
    long clockNs = 1000 * S;

    LongUnaryOperator travelNs = t -> 20 * MS;
    /** How much later than pictures of its time sound comes. */
    long audioBehindNs;

    /** Both tracks of a stretch of true time, in order of arrival. */
    List<Frame> frames(long fromNs, long toNs) {
        List<Frame> frames = new ArrayList<>();
        video(fromNs, toNs, frames);
        audio(fromNs, toNs, frames);
        frames.sort(Comparator.comparingLong(Frame::arrivalNs).thenComparingLong(Frame::dtsNs));
        return frames;
    }

    void video(long fromNs, long toNs, List<Frame> frames) {
        long first = (long) Math.ceil(fromNs * fps / S);
        for (long i = first; Math.round(i * S / fps) < toNs; i++) {
            long dts = Math.round(i * S / fps);
            long pts = dts;
            if (bFrames) {
                // Decode order I P b b: shown as I b b P, one frame of delay.
                int inGop = (int) (i % gop);
                int in3 = inGop == 0 ? 0 : (inGop - 1) % 3;
                pts = Math.round((i + 1 + (inGop == 0 ? 0 : in3 == 0 ? 2 : -1)) * S / fps);
            }
            frames.add(new Frame(
                    videoFormat,
                    stamp(pts),
                    stamp(dts),
                    i % gop == 0,
                    clockNs + dts + travelNs.applyAsLong(dts),
                    payload(i)));
        }
    }

    void audio(long fromNs, long toNs, List<Frame> frames) {
        double frameNs = audioFrameNs();
        long first = (long) Math.ceil(fromNs / frameNs);
        for (long i = first; i * frameNs < toNs; i++) {
            long t = Math.round(i * frameNs);
            long pts = stamp(t);
            long arrival = clockNs + t + travelNs.applyAsLong(t) + audioBehindNs;
            frames.add(new Frame(audioFormat, pts, pts, true, arrival, payload(i)));
        }
    }

    /** Distance of the source's own audio stamps. */
    double audioFrameNs() {
        return audioFormat.samplesPerFrame() * 1e9 / audioFormat.sampleRateHz() * (1 + audioPpm / 1e6);
    }

    long stamp(long trueNs) {
        return (originNs + trueNs) / MS * MS;
    }

    static byte[] payload(long number) {
        return new byte[] {1, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
    }

    static long number(Frame frame) {
        byte[] d = frame.data();
        return (d[1] & 255L) << 24 | (d[2] & 255L) << 16 | (d[3] & 255L) << 8 | d[4] & 255L;
    }

    static boolean silent(Frame frame) {
        return frame.data().length == SILENCE.length;
    }

    static byte[] silence(AudioFormat format) {
        return SILENCE;
    }
}
