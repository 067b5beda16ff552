package io.livedub.media;

import java.util.concurrent.TimeUnit;

/**
 * How long reading has to pause, so that a source that sends much faster than it plays takes neither the processor nor the memory of the
 * streams beside it. While nothing is read, TCP slows the sender down; no frame is lost.
 *
 * <p>Three allowances, each a bucket that refills with time: of media time, of bytes and of messages. They are so large that no live source
 * uses one up: media servers begin with the whole group of pictures that they hold (30 s of it occur), and an encoder catches up after its
 * network was away.
 *
 * <p>Used by one thread.
 */
public final class ReadingPace {
    /** Media time that may come at once, and how much faster than it plays it may come after that. */
    private static final double MOST_LEAD_S = 45;

    private static final double MEDIA_RATE = 1.1;
    /** Two seconds of a source of 128 Mbit/s at once, and 128 Mbit/s in the long run. */
    private static final double MOST_BYTES = 32e6;

    private static final double BYTES_PER_S = 16e6;
    /** A minute of 60 pictures and 94 AAC frames a second at once, and ten times that rate in the long run. */
    private static final double MOST_MESSAGES = 9_240;

    private static final double MESSAGES_PER_S = 1_540;
    /** A step of the stamps beyond this is a jump, which says nothing of how fast the source sends. */
    private static final long LONGEST_STEP_NS = TimeUnit.SECONDS.toNanos(1);

    private final Allowance media = new Allowance(MOST_LEAD_S, MEDIA_RATE);
    private final Allowance bytes = new Allowance(MOST_BYTES, BYTES_PER_S);
    private final Allowance messages = new Allowance(MOST_MESSAGES, MESSAGES_PER_S);
    /** The furthest stamp of each track: one that comes late, or a second time, is behind it and was counted. */
    private final long[] newestDtsNs = new long[Track.values().length];

    private final double[] aheadS = new double[Track.values().length];
    private double countedS;

    /** A message of so many bytes was read. */
    public void message(long size, long nowNs) {
        messages.take(1, nowNs);
        bytes.take(size, nowNs);
    }

    /** A frame was read; the two tracks run beside each other, so the one that has come further counts. */
    public void frame(Frame frame, long nowNs) {
        int track = frame.track().ordinal();
        long stepNs = frame.dtsNs() - newestDtsNs[track];
        boolean jumped = Math.abs(stepNs) > LONGEST_STEP_NS;
        newestDtsNs[track] = jumped ? frame.dtsNs() : Math.max(newestDtsNs[track], frame.dtsNs());
        if (jumped || stepNs <= 0) {
            return;
        }
        aheadS[track] += stepNs / 1e9;
        if (aheadS[track] > countedS) {
            media.take(aheadS[track] - countedS, nowNs);
            countedS = aheadS[track];
        }
    }

    /** How long nothing should be read now, ns; 0 when reading may go on. */
    public long pauseNs(long nowNs) {
        return Math.max(media.owedNs(nowNs), Math.max(bytes.owedNs(nowNs), messages.owedNs(nowNs)));
    }

    /** A bucket; may be overdrawn by what came in one piece. */
    private static final class Allowance {
        private final double most;
        private final double perS;
        private double left;
        private long atNs;

        Allowance(double most, double perS) {
            this.most = most;
            this.perS = perS;
            left = most;
        }

        void take(double amount, long nowNs) {
            refill(nowNs);
            left -= amount;
        }

        long owedNs(long nowNs) {
            refill(nowNs);
            return left >= 0 ? 0 : (long) Math.ceil(-left / perS * 1e9);
        }

        private void refill(long nowNs) {
            // Time that passed before the first use adds nothing: the bucket is full then.
            left = Math.min(most, left + Math.max(0, nowNs - atNs) * 1e-9 * perS);
            atNs = nowNs;
        }
    }
}
