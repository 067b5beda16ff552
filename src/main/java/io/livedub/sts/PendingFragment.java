package io.livedub.sts;

import java.util.concurrent.CompletableFuture;

import io.livedub.sts.FragmentState.Sending;
import io.livedub.sts.FragmentState.Sent;
import io.livedub.sts.FragmentState.Waiting;

/** A fragment, what was promised to the caller, and its {@link FragmentState}, which {@link PendingFragments} changes. */
final class PendingFragment {
    final Fragment fragment;
    final String id;
    final String base64;
    final CompletableFuture<StsOutcome> outcome = new CompletableFuture<>();

    private FragmentState state = new FragmentState.Submitted();

    PendingFragment(Fragment fragment, String base64) {
        this.fragment = fragment;
        this.id = fragment.id().toString();
        this.base64 = base64;
    }

    FragmentState state() {
        return state;
    }

    void enter(FragmentState next) {
        state = next;
    }

    long leftNs(long nowNs) {
        return fragment.deadlineNs() - nowNs;
    }

    boolean isOvertaken() {
        return state instanceof FragmentState.Overtaken;
    }

    /** @throws ClassCastException when it does not wait to be sent */
    Waiting waiting() {
        return (Waiting) state;
    }

    /** @throws ClassCastException when it is not with the service */
    Sending sending() {
        return ((Sent) state).sending();
    }

    /** Times it was sent. */
    int sends() {
        return state instanceof Waiting waiting ? waiting.sends() : state instanceof Sent sent ? sent.sends() : 0;
    }
}
