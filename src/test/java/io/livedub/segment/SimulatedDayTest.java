package io.livedub.segment;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;

import io.livedub.media.AudioFormat;
import io.livedub.media.Frame;
import io.livedub.media.Track;
import io.livedub.media.VideoFormat;
import io.livedub.support.OneLanguage;
import io.livedub.timeline.OutputFigures;
import io.livedub.timeline.SourceTimeline;
import io.livedub.timeline.TimedFrame;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Twenty-four hours in seconds: a source whose clock runs 200 ppm off ours and whose audio walks another 200 ppm off its video,
 * which restarts once from 0 and jumps once by an hour; one segment in a hundred waits for its deadline.
 */
class SimulatedDayTest {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000_000_000L;
    private static final long SEGMENT = 6 * S;
    private static final long DELAY = 12 * S;
    private static final long MARGIN = 500 * MS;
    private static final long DAY = 24 * 3600 * S;
    private static final long RESTART = 8 * 3600 * S + 2 * S;
    private static final long JUMP = 16 * 3600 * S;
    private static final VideoFormat AVC = new VideoFormat(new byte[] {1}, 0, 0);
    private static final AudioFormat AAC = AudioFormat.aacLc(48000, 2);
    private static final double AUDIO_NS = 1024e9 / 48000 * 1.0002;
    private static final double OUR_CLOCK = 1 - 200e-6;

    private final SplittableRandom random = new SplittableRandom(24);
    private final SourceTimeline timeline = new SourceTimeline(format -> new byte[1]);
    private final Segmenter segmenter = new Segmenter(SEGMENT, 0);
    private final OneLanguage output = new OneLanguage(timeline.clock(), DELAY, format -> new byte[1]);

    /** A segment on its way, in order; one that waits for its deadline holds up those behind it. */
    private record Dubbing(Segment segment, long readyNs) {}

    private final Deque<Dubbing> dubbing = new ArrayDeque<>();
    private long fallbacks;
    private long nextVideo;
    private long nextAudio;
    private long offered;
    private int mostQueued;
    private long videoFrames;
    private long lastVideoNumber = -1;
    private long lastAudioNumber = -1;
    private double videoOffset = Double.NaN;
    private double worstSync;
    private double leastLatency = Double.MAX_VALUE;
    private double mostLatency;
    private final long[] lastOut = {-1, -1};
    private long worstAudioStep;
    /** Frames that aired behind a later one; an assertion for each of seven million frames took longer than the day itself. */
    private long backwards;

    @Test
    void nothingDriftsAndNothingGrows() {
        long now = 0;
        for (long second = 0; second < DAY / S; second++) {
            List<Segment> segments = new ArrayList<>();
            for (Frame frame : secondOf(second)) {
                for (TimedFrame timed : timeline.accept(frame)) {
                    segments.addAll(segmenter.accept(timed));
                }
            }
            now = Math.round((second + 1) * S * OUR_CLOCK) + 20 * MS;
            for (Segment segment : segments) {
                boolean fallback = random.nextInt(100) == 0;
                long readyNs = fallback ? output.airNsOf(segment.t0Ns()) - MARGIN : now + 800 * MS;
                fallbacks += fallback ? 1 : 0;
                dubbing.add(new Dubbing(segment, readyNs));
            }
            while (!dubbing.isEmpty() && dubbing.peek().readyNs <= now) {
                Segment segment = dubbing.remove().segment;
                offered++;
                assertThat(output.offer(segment.t0Ns(), segment.endNs(), segment.video(), segment.audio()))
                        .isTrue();
            }
            for (int tenth = 0; tenth < 2; tenth++) {
                output.due(now - 500 * MS + tenth * 500 * MS, 600 * MS).forEach(this::aired);
            }
            mostQueued = Math.max(mostQueued, output.figures().queued());
        }

        OutputFigures figures = output.figures();
        assertThat(backwards).isZero();
        assertThat(timeline.counters().jumps()).isEqualTo(2);
        assertThat(worstSync).isLessThan(AAC.frameDurationNs());
        assertThat(leastLatency).isGreaterThan(DELAY - 50 * MS);
        assertThat(mostLatency).isLessThan(DELAY + 50 * MS);
        assertThat(mostQueued).isLessThan(1700);
        assertThat(worstAudioStep).isLessThan(2 * AAC.frameDurationNs());
        assertThat(figures.lateNs()).isZero();
        // 200 ppm of a day are 17.28 s, which is 810 AAC frames.
        assertThat(figures.dropped()).isBetween(800L, 820L);
        assertThat(figures.inserted()).isZero();
        assertThat(videoFrames).isGreaterThan((DAY - DELAY - SEGMENT) / S * 30 - 150);
        assertThat(fallbacks).isBetween(100L, 200L);
        assertThat(dubbing.size()).isLessThan(3);
        assertThat(offered).isBetween(14_395L, 14_405L);
    }

    private List<Frame> secondOf(long second) {
        List<Frame> frames = new ArrayList<>();
        long end = (second + 1) * S;
        for (; nextVideo * S / 30 < end; nextVideo++) {
            long t = nextVideo * S / 30;
            add(frames, AVC, t, nextVideo % 60 == 0, nextVideo);
        }
        for (; nextAudio * AUDIO_NS < end; nextAudio++) {
            add(frames, AAC, Math.round(nextAudio * AUDIO_NS), true, nextAudio);
        }
        frames.sort(Comparator.comparingLong(Frame::arrivalNs));
        return frames;
    }

    private void add(List<Frame> frames, io.livedub.media.Format format, long t, boolean key, long number) {
        boolean away = t >= RESTART - 2 * S && t < RESTART;
        if (away) {
            return;
        }
        long origin = t < RESTART ? 77 * S : t < JUMP ? -RESTART : 3600 * S - RESTART;
        long stamp = (t + origin) / MS * MS;
        long arrival = Math.round(t * OUR_CLOCK) + random.nextInt(20_000_000);
        byte[] data = {1, (byte) (number >> 24), (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        frames.add(new Frame(format, stamp, stamp, key, arrival, data));
    }

    private void aired(Frame frame) {
        int track = frame.track().ordinal();
        long step = frame.dtsNs() - lastOut[track];
        backwards += step > 0 ? 0 : 1;
        if (frame.track() == Track.AUDIO && lastOut[track] >= 0) {
            worstAudioStep = Math.max(worstAudioStep, step);
        }
        lastOut[track] = frame.dtsNs();
        if (frame.data().length == 1) {
            return;
        }
        byte[] d = frame.data();
        long number = (d[1] & 255L) << 24 | (d[2] & 255L) << 16 | (d[3] & 255L) << 8 | d[4] & 255L;
        double air = frame.ptsNs() + output.zeroAirNs();
        if (frame.track() == Track.VIDEO) {
            backwards += number > lastVideoNumber ? 0 : 1;
            lastVideoNumber = number;
            videoFrames++;
            double happened = (double) number * S / 30;
            videoOffset = air - happened;
            leastLatency = Math.min(leastLatency, air - happened * OUR_CLOCK);
            mostLatency = Math.max(mostLatency, air - happened * OUR_CLOCK);
        } else {
            backwards += number > lastAudioNumber ? 0 : 1;
            lastAudioNumber = number;
            double offset = air - number * AUDIO_NS;
            if (Math.abs(offset - videoOffset) > worstSync) {
                worstSync = Math.abs(offset - videoOffset);
            }
        }
    }
}
