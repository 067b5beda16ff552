package io.livedub.sts;

import java.util.function.Consumer;

import io.livedub.media.MediaClock;
import io.livedub.stream.events.StreamEvent;

/** The parts that the sending and the receiving side of a session share. */
record SessionParts(
        StsSettings settings,
        Mailbox mailbox,
        MediaClock clock,
        Consumer<StreamEvent> events,
        SessionConnection connection,
        StsBreaker breaker,
        PendingFragments pending,
        Worth worth,
        RefusedSizes sizes,
        SendingPace pace) {}
