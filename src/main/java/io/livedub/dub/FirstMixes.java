package io.livedub.dub;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import io.livedub.media.AudioCodec;
import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.segment.Segment;
import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;
import io.livedub.sts.StsOutcome;
import io.livedub.sts.protocol.DubbedAudio;

/**
 * Mixes a few short pieces of sound that nobody hears. The first mix of a process loads the decoder's libraries and runs code that is not
 * compiled yet, which takes three to five times as long as a later one; a stream's first segment has a deadline.
 */
public final class FirstMixes {
    private static final AudioFormat FORMAT = AudioFormat.aacLc(48_000, 2);
    /** 2 s: the compiler looks at loops that were run some ten thousand times. */
    private static final int PLACES = 94;

    private static final int ROUNDS = 4;
    private static final DubSound EVERYTHING = new DubSound(Bed.DUCK, -14, true);

    private final AudioCodec codec;

    public FirstMixes(AudioCodec codec) {
        this.codec = codec;
    }

    /**
     * Blocking, less than a second of CPU time.
     *
     * @throws AudioCodec.CodecException when sound cannot be mixed here; a stream meets the same obstacle
     */
    public void run() {
        Pcm loud = noise();
        List<byte[]> original = codec.encode(loud, FORMAT, PLACES);
        StsOutcome.Dubbed dub = dub(loud);
        Blender blender = new Blender(codec, new Fitter(codec));
        Neighbour before = Neighbour.NONE;
        for (int i = 0; i < ROUNDS; i++) {
            before =
                    blender.blend(segment(i, original), dub, EVERYTHING, before).next();
        }
    }

    /** Loud enough for the limiter and the check of peaks to work. */
    private static Pcm noise() {
        Random random = new Random(1);
        float[] samples = new float[PLACES * FORMAT.samplesPerFrame() * FORMAT.channels()];
        float slow = 0;
        for (int i = 0; i < samples.length; i++) {
            slow += 0.2f * (random.nextFloat() * 2 - 1 - slow);
            samples[i] = 2 * slow;
        }
        return new Pcm(FORMAT.sampleRateHz(), FORMAT.channels(), samples);
    }

    private static StsOutcome.Dubbed dub(Pcm pcm) {
        DubbedAudio audio = new DubbedAudio("pcm_s16le", pcm.sampleRateHz(), pcm.channels(), pcm.s16le());
        return new StsOutcome.Dubbed(audio, Duration.ZERO, "", "");
    }

    private static Segment segment(int number, List<byte[]> sound) {
        List<Frame> audio = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            long at = FORMAT.framesToNs((long) number * PLACES + i);
            audio.add(new Frame(FORMAT, at, at, true, at, sound.get(i)));
        }
        long t0 = audio.get(0).ptsNs();
        return new Segment(
                new UUID(0, number),
                number,
                t0,
                t0,
                FORMAT.framesToNs(PLACES),
                true,
                true,
                List.of(),
                audio,
                null,
                FORMAT,
                null);
    }
}
