package io.livedub.sts;

import java.util.OptionalLong;

import io.livedub.media.MediaClock;

/**
 * The life of a fragment: {@code Submitted → Waiting → InFlight → Decided}, back to {@code Waiting} when the service asks to send it
 * again, and {@code Overtaken} in between when its deadline is over before its result. A transition that is not a method here cannot happen.
 */
sealed interface FragmentState {
    /** Handed over by the caller. */
    record Submitted() implements FragmentState {
        /** @param deadline the timer that decides for the original sound */
        Waiting accept(MediaClock.Timer deadline) {
            return new Waiting(deadline, 0, true, OptionalLong.empty());
        }
    }

    /**
     * Waits to be sent.
     *
     * @param sends times it was sent before
     * @param expected whether a result could be expected in time when it was last looked at
     * @param slowUntilNs clock time at which {@code slow_down} lets it go; empty as long as that was not asked
     */
    record Waiting(MediaClock.Timer deadline, int sends, boolean expected, OptionalLong slowUntilNs)
            implements FragmentState {
        Waiting judged(boolean resultExpected) {
            return new Waiting(deadline, sends, resultExpected, slowUntilNs);
        }

        Waiting slowedUntil(long atNs) {
            return new Waiting(deadline, sends, expected, OptionalLong.of(atNs));
        }

        InFlight sent(Sending sending, MediaClock.Timer timeout) {
            return new InFlight(deadline, sends + 1, sending, timeout);
        }
    }

    /** Was sent, and its result can still air. */
    record InFlight(MediaClock.Timer deadline, int sends, Sending sending, MediaClock.Timer timeout)
            implements FragmentState, Sent {
        Overtaken deadlineOver() {
            return new Overtaken(sends, sending, timeout);
        }

        /** The service could not do it this time. */
        Waiting again() {
            return new Waiting(deadline, sends, true, OptionalLong.empty());
        }
    }

    /** Was sent, and the original airs since its deadline: to the service it is still there, and its result can only be counted. */
    record Overtaken(int sends, Sending sending, MediaClock.Timer timeout) implements FragmentState, Sent {}

    /** It is decided what airs, and why. */
    record Decided() implements FragmentState {}

    /** Is with the service. */
    interface Sent {
        int sends();

        Sending sending();

        MediaClock.Timer timeout();
    }

    /**
     * One sending of a fragment.
     *
     * @param atNs clock time
     * @param sequence the number that it was sent with
     * @param level how many fragments the service had with it, this one included
     * @param probesPause sent to find out whether a pause still holds
     * @param permit the breaker's leave to send it
     */
    record Sending(long atNs, int sequence, int level, boolean probesPause, StsBreaker.Permit permit) {}
}
