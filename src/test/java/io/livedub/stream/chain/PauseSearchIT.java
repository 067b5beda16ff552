package io.livedub.stream.chain;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

import com.sun.management.OperatingSystemMXBean;
import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Pcm;
import io.livedub.media.gst.codec.GstAudioCodec;
import io.livedub.sound.Tones;

import static org.assertj.core.api.Assertions.assertThat;

/** A pause found in encoded sound by the real codec, and what that costs. */
class PauseSearchIT {
    private static final int RATE = 48_000;
    private static final AudioFormat STEREO = AudioFormat.aacLc(RATE, 2);
    /** Segments that end anywhere in their last third have 5 s on average. */
    private static final int SEARCHES_A_MINUTE = 12;
    /** The system counts CPU in steps of 10 ms. */
    private static final int SEARCHES = 20;

    /** A worker runs for hours: what is compiled meanwhile costs as much as the searches at first. */
    private static final int ROUNDS = 16;

    @Test
    void aPauseIsFoundBehindTheCodecAndItsCostIsSaid() {
        GstAudioCodec codec = new GstAudioCodec();
        Pcm pcm = Tones.sequence(
                Tones.babble(RATE, 2, 0.4, 1600, 5),
                Tones.silence(RATE, 2, RATE / 4),
                Tones.babble(RATE, 2, 0.4, 900, 6));
        List<byte[]> encoded = codec.encode(pcm, STEREO, 122);
        List<Frame> audio = new ArrayList<>();
        long beginNs = 3_400_000_000L;
        for (byte[] data : encoded) {
            long at = beginNs + STEREO.framesToNs(audio.size());
            audio.add(new Frame(STEREO, at, at, true, at, data));
        }
        PauseSearch search = new PauseSearch(codec, Runnable::run);
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long leastNs = Long.MAX_VALUE;
        OptionalLong found = OptionalLong.empty();
        for (int i = 0; i < ROUNDS; i++) {
            long spent = process.getProcessCpuTime();
            for (int j = 0; j < SEARCHES; j++) {
                found = search.search(audio, 4_000_000_000L, 6_000_000_000L).join();
            }
            leastNs = Math.min(leastNs, (process.getProcessCpuTime() - spent) / SEARCHES);
        }

        System.out.println(String.format(
                Locale.ROOT,
                "PauseSearchIT: a search takes %.1f ms of CPU, %.3f s a minute",
                leastNs / 1e6,
                leastNs * SEARCHES_A_MINUTE / 1e9));
        assertThat(found.orElseThrow()).isBetween(beginNs + 1_650_000_000L, beginNs + 1_850_000_000L);
        // The CPU is for docs/sound.md: the agent of the coverage is in this JVM, and other tests run beside it.
    }
}
