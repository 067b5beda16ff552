package io.livedub.sts;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamEvent;

/**
 * Learns which fragments are too large for a service that does not say so. Such a service (Socket.IO before 4.5 with its
 * {@code maxHttpBufferSize}, uvicorn with its {@code ws_max_size}) ends the connection when a large message begins to arrive. Without this class the
 * worker would connect again, send the next fragment, lose the connection again, and so on for ever, and no smaller fragment would be dubbed either.
 *
 * <p>A connection that ends shortly after a fragment was sent proves nothing: services crash and networks break. So a size is learned when
 * {@link #LOSSES} connections in a row ended so, or one ended with the WebSocket's close code for it (1009), and no fragment of that size or larger
 * was taken in between. After a while one large fragment is sent again, since the service may have been given another limit. Runs in the mailbox.
 */
final class RefusedSizes {
    /** Connections in a row that end with a fragment on its way, as many as the failures that open the breaker. */
    static final int LOSSES = 5;

    /** A service refuses a message when its first bytes arrive, or its last ones. What ends a connection later has another cause. */
    static final Duration PROMPT = Duration.ofSeconds(5);

    static final Duration FIRST_TRIAL = Duration.ofSeconds(30);
    static final Duration RAREST_TRIAL = Duration.ofMinutes(16);

    /** Bytes of a fragment's message beside its base64: names, ids and numbers of bounded length. */
    static final int MESSAGE_OVERHEAD = 1024;

    /** Far more fragments than a window has. */
    private static final int REMEMBERED = 32;

    private final MediaClock clock;
    private final Consumer<StreamEvent> events;
    /** Sent on this connection, and the service has said nothing about them; oldest first. */
    private final Deque<OnItsWay> unanswered = new ArrayDeque<>();

    private int losses;
    /** The smallest fragment among those that the {@link #losses} are of. */
    private int suspect = Integer.MAX_VALUE;

    private OptionalInt refusedFrom = OptionalInt.empty();
    private Duration untilTrial = FIRST_TRIAL;
    private long trialAtNs;
    private boolean wasReady;
    private boolean saidSo;

    private record OnItsWay(String id, int bytes, long atNs) {}

    RefusedSizes(MediaClock clock, Consumer<StreamEvent> events) {
        this.clock = clock;
        this.events = events;
    }

    /**
     * Why a fragment is not worth sending.
     *
     * @param base64Chars of its sound
     * @param largest bytes of a message that the service says it takes
     * @return empty when the service may take it, or when it is time to try
     */
    Optional<String> tooLarge(int base64Chars, long largest) {
        int bytes = base64Chars + MESSAGE_OVERHEAD;
        if (bytes > largest) {
            return Optional.of(String.format(
                    Locale.ROOT,
                    "not sent: its message of about %d bytes is larger than the %d that the service takes (maxPayload)",
                    bytes,
                    largest));
        }
        if (refusedFrom.isEmpty() || bytes < refusedFrom.getAsInt() || clock.nowNs() - trialAtNs >= 0) {
            return Optional.empty();
        }
        return Optional.of(String.format(
                Locale.ROOT,
                "not sent: its message has about %d bytes, and the service seems to refuse those of %d or more",
                bytes,
                refusedFrom.getAsInt()));
    }

    void sent(String id, int base64Chars) {
        int bytes = base64Chars + MESSAGE_OVERHEAD;
        if (unanswered.size() == REMEMBERED) {
            unanswered.removeFirst();
        }
        unanswered.add(new OnItsWay(id, bytes, clock.nowNs()));
        if (isRefused(bytes)) {
            // The next trial waits for what this one brings.
            trialAtNs = clock.nowNs() + untilTrial.toNanos();
        }
    }

    /** The service has acknowledged a fragment, refused it by a message, or sent its result: it has read this one, and all that were sent before it. */
    void taken(String id) {
        if (unanswered.stream().noneMatch(each -> each.id().equals(id))) {
            return;
        }
        int largest = 0;
        for (Iterator<OnItsWay> each = unanswered.iterator(); each.hasNext(); ) {
            OnItsWay one = each.next();
            each.remove();
            largest = Math.max(largest, one.bytes());
            if (one.id().equals(id)) {
                break;
            }
        }
        if (largest >= suspect) {
            forgetLosses();
        }
        if (isRefused(largest)) {
            refusedFrom = OptionalInt.empty();
            untilTrial = FIRST_TRIAL;
            warn("the service takes large messages now, about %d bytes; fragments of every size are sent", largest);
        }
    }

    /** The worker has ended the connection. */
    void ended() {
        unanswered.clear();
    }

    void ready() {
        wasReady = true;
    }

    /** The service ends the connection because a message was too large, and says so. */
    void refused() {
        saidSo = true;
    }

    /** The connection was lost, or an attempt to have one failed. */
    void lost() {
        boolean forSize = saidSo;
        boolean fromReady = wasReady;
        saidSo = false;
        wasReady = false;
        long nowNs = clock.nowNs();
        OptionalInt refused = unanswered.stream()
                .filter(each -> nowNs - each.atNs() <= PROMPT.toNanos())
                .mapToInt(OnItsWay::bytes)
                .max();
        unanswered.clear();
        if (refused.isEmpty()) {
            if (fromReady) {
                // The service may have been started anew, with another limit.
                untilTrial = FIRST_TRIAL;
                trialAtNs = Math.min(trialAtNs, nowNs + untilTrial.toNanos());
            }
        } else if (isRefused(refused.getAsInt())) {
            untilTrial = least(untilTrial.multipliedBy(2), RAREST_TRIAL);
            trialAtNs = nowNs + untilTrial.toNanos();
            warn(
                    "a fragment was sent to see whether the service takes large messages now; its message of about %d bytes has ended the connection again; the next trial is in %d s",
                    refused.getAsInt(), untilTrial.toSeconds());
        } else {
            losses++;
            suspect = Math.min(suspect, refused.getAsInt());
            if (forSize || losses >= LOSSES) {
                learn(nowNs);
            }
        }
    }

    private void learn(long nowNs) {
        refusedFrom = OptionalInt.of(suspect);
        untilTrial = FIRST_TRIAL;
        trialAtNs = nowNs + untilTrial.toNanos();
        warn(
                "the service seems to refuse messages of about %d bytes: connections that ended with one on its way: %d in a row; such fragments air with their original sound, smaller ones are sent, and one is tried again in %d s; give the service a larger limit (maxHttpBufferSize, ws_max_size), or the worker a shorter WORKER_SEGMENT_DURATION",
                suspect, losses, untilTrial.toSeconds());
        forgetLosses();
    }

    private void forgetLosses() {
        losses = 0;
        suspect = Integer.MAX_VALUE;
    }

    private boolean isRefused(int bytes) {
        return refusedFrom.isPresent() && bytes >= refusedFrom.getAsInt();
    }

    private static Duration least(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void warn(String text, Object... values) {
        events.accept(new LifeEvent.Warning(String.format(Locale.ROOT, text, values)));
    }
}
