package io.livedub.stream.source;

import java.time.Duration;
import java.util.List;

import io.livedub.media.SourceException;
import io.livedub.media.SourceException.SourceFailure;
import io.livedub.stream.events.ExitCode;

/**
 * Decides what follows when a source is not there (contracts: mediamtx, "How a source begins and ends"). Pure: times are passed in.
 */
final class SourcePolicy implements RetryPolicy {
    static final List<Duration> RETRIES = List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4));
    static final Duration ASK_AGAIN = Duration.ofSeconds(2);

    /** The next action. */
    sealed interface Next {
        /** Open the source again at this clock time. */
        record RetrySource(long atNs) implements Next {}

        /** The source has ended, in order. */
        record EndSource(String reason) implements Next {}

        /** The source cannot be opened. */
        record FailSource(ExitCode exitCode, String message) implements Next {}
    }

    private final long graceNs;
    private final long outageNs;
    private boolean live;
    private boolean everLive;
    private long lostNs;
    private int unanswered;

    /** For a server that may not be away: after three retries the source is lost. */
    SourcePolicy(Duration grace) {
        this(grace, Duration.ZERO);
    }

    /**
     * @param outage how long the media server itself may be away from a stream that was on air. It takes the output with
     *     it, so the stream is asked for as long as the output is kept. Shorter than the three retries: they decide
     */
    SourcePolicy(Duration grace, Duration outage) {
        graceNs = grace.toNanos();
        Duration retries = RETRIES.stream().reduce(Duration.ZERO, Duration::plus);
        outageNs = outage.compareTo(retries) > 0 ? outage.toNanos() : 0;
    }

    @Override
    public void frameArrived() {
        live = true;
        everLive = true;
        unanswered = 0;
    }

    @Override
    public void resume(long nowNs) {
        everLive = true;
        lostNs = nowNs;
    }

    @Override
    public boolean isLive() {
        return live;
    }

    @Override
    public Next ended(SourceException failure, long nowNs) {
        if (failure != null && isFinal(failure.reason()) && !mayBeMended(failure.reason(), nowNs)) {
            ExitCode code =
                    switch (failure.reason()) {
                        case MISSING_ELEMENT -> ExitCode.GSTREAMER_MISSING;
                        case NO_VIDEO -> ExitCode.NO_PICTURE;
                        default -> ExitCode.UNSUPPORTED_SOURCE;
                    };
            return new Next.FailSource(code, failure.getMessage());
        }
        if (live) {
            live = false;
            lostNs = nowNs;
            unanswered = 0;
            return new Next.RetrySource(nowNs + RETRIES.get(0).toNanos());
        }
        boolean answered =
                failure == null || failure.reason() == SourceFailure.NO_SUCH_STREAM || isFinal(failure.reason());
        if (everLive && answered) {
            return askAgain(nowNs);
        }
        if (unanswered == RETRIES.size()) {
            return new Next.FailSource(
                    ExitCode.NO_SOURCE,
                    failure == null ? "the source ended before its first frame" : failure.getMessage());
        }
        return retry(nowNs);
    }

    private Next retry(long nowNs) {
        if (everLive && outageNs > 0) {
            long endNs = lostNs + outageNs;
            return nowNs - endNs >= 0
                    ? new Next.FailSource(ExitCode.NO_SOURCE, "the media server does not answer")
                    : new Next.RetrySource(Math.min(nowNs + ASK_AGAIN.toNanos(), endNs));
        }
        // On air the first of the three waits was spent before the first attempt; at the start the first
        // attempt had none.
        int wait = everLive ? Math.min(unanswered + 1, RETRIES.size() - 1) : unanswered;
        unanswered++;
        if (everLive && unanswered == RETRIES.size()) {
            return new Next.FailSource(ExitCode.NO_SOURCE, "the media server does not answer");
        }
        return new Next.RetrySource(nowNs + RETRIES.get(wait).toNanos());
    }

    private Next askAgain(long nowNs) {
        unanswered = 0;
        long endNs = lostNs + graceNs;
        if (nowNs >= endNs) {
            return new Next.EndSource("the source has ended");
        }
        return new Next.RetrySource(Math.min(nowNs + ASK_AGAIN.toNanos(), endNs));
    }

    /**
     * A publisher that comes back to a stream on air with other tracks or codecs, such as without sound, has the grace time to be set right:
     * the output stays up as long.
     */
    private boolean mayBeMended(SourceFailure reason, long nowNs) {
        return everLive && reason != SourceFailure.MISSING_ELEMENT && (live || nowNs < lostNs + graceNs);
    }

    /** Whether asking again is in vain as long as the publisher, or this machine, stays as it is. */
    static boolean isFinal(SourceFailure reason) {
        return switch (reason) {
            case NO_AUDIO, NO_VIDEO, UNSUPPORTED_CODEC, MISSING_ELEMENT -> true;
            case UNREACHABLE, NO_SUCH_STREAM, LOST -> false;
        };
    }
}
