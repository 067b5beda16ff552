package io.livedub.sts;

import java.util.UUID;

import io.smallrye.mutiny.Uni;

import io.livedub.stream.events.FallbackReason;

/** A fragment out, its outcome back: what dubbing needs of a session. */
public interface FragmentExchange {
    /** Takes effect at once; completes by the fragment's deadline at the latest, never fails. */
    Uni<StsOutcome> submit(Fragment fragment);

    /** The dubbed audio has been put on the output timeline. */
    void applied(UUID fragmentId);

    /** The dubbed audio was received and is not used; counts as {@link FallbackReason#UNUSABLE}. */
    void unused(UUID fragmentId, String detail);
}
