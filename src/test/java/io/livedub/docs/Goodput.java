package io.livedub.docs;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.UUID;
import java.util.function.IntToLongFunction;

import io.livedub.docs.SimulatedService.Build;
import io.livedub.id.StreamId;
import io.livedub.stream.events.EventTable;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.sts.Fragment;
import io.livedub.sts.StsOutcome;
import io.livedub.sts.StsSession;
import io.livedub.sts.StsSettings;
import io.livedub.support.VirtualClock;

/**
 * A stream of segments against a {@link SimulatedService}, by the worker's own session on a virtual clock: how many are dubbed, of how many that the
 * service could have done.
 */
final class Goodput {
    private static final long SECOND_NS = 1_000_000_000L;
    /** From a segment's end to its deadline: the offset of 6 s less what fitting may take. */
    static final long SLACK_NS = 5_500_000_000L;

    private static final long LASTS_NS = 360 * SECOND_NS;

    /**
     * One point of the plane.
     *
     * @param segmentNs from one segment to the next
     * @param answerNs what one fragment takes, without waiting
     * @param jitter share of it that may come on top
     */
    record Point(long segmentNs, long answerNs, double jitter, Build build) {
        int segments() {
            return (int) (LASTS_NS / segmentNs);
        }

        IntToLongFunction work() {
            Random random = new Random(answerNs + build.workers());
            long[] times = random.doubles(10_000)
                    .mapToLong(share -> (long) (answerNs * (1 + jitter * share)))
                    .toArray();
            return n -> times[n];
        }
    }

    /**
     * What came of it.
     *
     * @param dubbed segments
     * @param possible segments that a sender could have had dubbed that knows the service beforehand
     * @param sent fragments
     * @param sessions that were begun
     */
    record Result(int dubbed, int possible, int sent, int sessions) {
        double goodput() {
            return possible == 0 ? 1 : Math.min(1, dubbed / (double) possible);
        }
    }

    private int dubbed;
    private int sent;

    private Goodput() {}

    static Result at(Point point) {
        return new Goodput().play(point);
    }

    private Result play(Point point) {
        VirtualClock clock = new VirtualClock(SECOND_NS);
        SimulatedService service = new SimulatedService(clock, point.build(), point.work());
        StsSettings settings = settings(point);
        StsSession session = new StsSession(
                settings,
                service,
                clock,
                InstantSource.fixed(Instant.EPOCH),
                new EventTable().on(SegmentEvent.FragmentSent.class, event -> sent++));
        session.start(48_000, 2);
        clock.advanceMs(100);
        long beginNs = clock.nowNs();
        for (int n = 0; n < point.segments(); n++) {
            clock.advanceTo(beginNs + n * point.segmentNs());
            submit(session, clock, point, n);
        }
        clock.advanceMs(10_000);
        session.close();
        return new Result(dubbed, possible(point), sent, service.sessions);
    }

    private void submit(StsSession session, VirtualClock clock, Point point, int n) {
        UUID id = new UUID(1, n);
        session.submit(new Fragment(
                        id,
                        n,
                        n,
                        clock.nowNs() - point.segmentNs(),
                        clock.nowNs() + SLACK_NS,
                        48_000,
                        2,
                        point.segmentNs(),
                        new byte[] {9}))
                .subscribe()
                .with(outcome -> {
                    if (outcome instanceof StsOutcome.Dubbed) {
                        dubbed++;
                        session.applied(id);
                    }
                });
    }

    private static StsSettings settings(Point point) {
        return new StsSettings(
                URI.create("http://127.0.0.1:9"),
                null,
                new StreamId("stream-1"),
                "worker-1",
                "en",
                "es",
                "default",
                Duration.ofNanos(point.segmentNs()),
                Duration.ofSeconds(8),
                2,
                point.build().window(),
                StsSettings.Loss.ORIGINAL,
                StsSettings.Timing.CONTRACT);
    }

    /**
     * A sender that sees the service's workers and knows how long answers take in general, though not each one beforehand: it gives a free worker
     * the first fragment that still has a certain time left. The best such time of a hundred.
     */
    static int possible(Point point) {
        IntToLongFunction work = point.work();
        int best = 0;
        for (long leastNs = 0; leastNs <= SLACK_NS; leastNs += SLACK_NS / 100) {
            best = Math.max(best, withThreshold(point, work, leastNs));
        }
        return best;
    }

    private static int withThreshold(Point point, IntToLongFunction work, long leastNs) {
        int places = Math.min(
                point.build().workers(),
                Math.min(point.build().window(), point.build().room()));
        long[] freeNs = new long[places];
        int started = 0;
        int inTime = 0;
        for (int n = 0; n < point.segments(); n++) {
            long comesNs = n * point.segmentNs();
            int first = 0;
            for (int place = 1; place < places; place++) {
                first = freeNs[place] < freeNs[first] ? place : first;
            }
            long startNs = Math.max(comesNs, freeNs[first]);
            long deadlineNs = comesNs + SLACK_NS;
            if (deadlineNs - startNs < leastNs) {
                continue;
            }
            long endNs = startNs + work.applyAsLong(started++) + 2 * SimulatedService.NETWORK_NS;
            freeNs[first] = endNs;
            inTime += endNs <= deadlineNs ? 1 : 0;
        }
        return inTime;
    }
}
