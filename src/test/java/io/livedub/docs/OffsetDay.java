package io.livedub.docs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

import io.livedub.dub.Dubber;
import io.livedub.media.Frame;
import io.livedub.media.VideoFormat;
import io.livedub.support.OneLanguage;
import io.livedub.timeline.AutoOffset;
import io.livedub.timeline.SourceClock;

/**
 * A day of one stream whose service is quick at night and slow in the evening, with two bad half hours: once with the default offset
 * and once with {@code auto}. The offset and the output are the worker's own; the round trips are made up.
 */
final class OffsetDay {
    private static final long MS = 1_000_000L;
    private static final long S = 1_000_000_000L;
    static final long SEGMENT_NS = 6 * S;
    static final long FIXED_NS = 6 * S;
    static final long TIMEOUT_NS = 8 * S;
    static final int SEGMENTS = (int) (24 * 3600 * S / SEGMENT_NS);
    private static final int PICTURES = 6;

    /** One segment: how long its result took, the offset when it was complete, whether it aired dubbed. */
    record Aired(int segment, long roundTripNs, long offsetNs, boolean dubbed) {}

    private record Event(long atNs, Runnable what) {}

    private final SplittableRandom random = new SplittableRandom(7);
    private final AutoOffset auto;
    private final OneLanguage air;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::atNs));
    private final VideoFormat video = new VideoFormat(new byte[] {1}, 0, 0);

    private OffsetDay(boolean follow) {
        auto = follow ? new AutoOffset(TIMEOUT_NS) : null;
        // As StreamWorker does: auto begins with the time-out, until a result has come.
        air = new OneLanguage(new SourceClock(), SEGMENT_NS + (follow ? TIMEOUT_NS : FIXED_NS), format -> new byte[1]);
    }

    /** The same round trips for both. */
    static List<Aired> simulate(boolean follow) {
        return new OffsetDay(follow).run();
    }

    private List<Aired> run() {
        List<Aired> aired = new ArrayList<>();
        for (int k = 0; k < SEGMENTS; k++) {
            long t0 = k * SEGMENT_NS;
            long completeNs = t0 + SEGMENT_NS;
            while (!events.isEmpty() && events.peek().atNs() <= completeNs) {
                events.remove().what().run();
            }
            long deadlineNs = air.airNsOf(t0) - Dubber.FIT_MARGIN.toNanos();
            long offsetNs = air.airNsOf(t0) - completeNs;
            air.offer(t0, completeNs, pictures(t0), List.of());
            air.due(completeNs, 300 * MS);

            long roundTripNs = roundTripNs(k);
            boolean dubbed = roundTripNs <= TIMEOUT_NS && completeNs + roundTripNs <= deadlineNs;
            aired.add(new Aired(k, roundTripNs, offsetNs, dubbed));
            if (auto != null) {
                answer(completeNs, roundTripNs, deadlineNs, dubbed);
            }
        }
        return aired;
    }

    /** What {@code stream.Dubbing} tells the offset, and when. */
    private void answer(long sentNs, long roundTripNs, long deadlineNs, boolean dubbed) {
        if (!dubbed) {
            long missedNs = Math.min(deadlineNs, sentNs + TIMEOUT_NS);
            events.add(new Event(missedNs, () -> {
                auto.missed(air.figures().latencyNs() - SEGMENT_NS, missedNs);
                follow(missedNs);
            }));
        }
        if (roundTripNs <= TIMEOUT_NS) {
            long resultNs = sentNs + roundTripNs;
            events.add(new Event(resultNs, () -> {
                auto.roundTrip(roundTripNs, resultNs);
                follow(resultNs);
            }));
        }
    }

    private void follow(long nowNs) {
        auto.targetNs(nowNs).ifPresent(offsetNs -> air.delay(SEGMENT_NS + offsetNs));
    }

    private List<Frame> pictures(long t0) {
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i < PICTURES; i++) {
            long at = t0 + i * S;
            frames.add(new Frame(video, at, at, i == 0, at, new byte[1]));
        }
        return frames;
    }

    /** 1.2 s at four in the morning, 3.2 s at four in the afternoon; half a second of noise, one in 300 much longer. */
    private long roundTripNs(int k) {
        double hour = k * 24.0 / SEGMENTS;
        double seconds = 2.2 - Math.cos((hour - 4) / 24 * 2 * Math.PI);
        seconds += random.nextDouble() * 0.5;
        seconds += random.nextInt(300) == 0 ? 1 + random.nextDouble() : 0;
        // A node of the service is lost: what is left has to do more.
        seconds += hour >= 13 && hour < 13.5 ? 2.2 : 0;
        // And once more in the evening, when there is more to do.
        seconds += hour >= 20 && hour < 20.5 ? 3.5 : 0;
        return (long) (seconds * S);
    }
}
