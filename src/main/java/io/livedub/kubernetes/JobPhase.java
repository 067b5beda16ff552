package io.livedub.kubernetes;

import java.util.Optional;

/** The knowledge of the Job that runs a stream. */
sealed interface JobPhase {
    /**
     * Which Job is the stream's is not known yet. The watch may be quicker than the answer that says so, and what it tells is kept.
     *
     * @param maybeCreated whether a creation was asked for and not refused
     * @param early the watch's latest word on a Job of the name
     * @param goneEarly uid of a Job of the name that the watch has seen go; empty when there was none
     */
    record UnknownJob(boolean maybeCreated, Optional<JobView> early, String goneEarly) implements JobPhase {
        static final UnknownJob INITIAL = new UnknownJob(false, Optional.empty(), "");

        /** The API server is asked to create it. */
        UnknownJob asked() {
            return new UnknownJob(true, early, goneEarly);
        }

        /** @param byServer whether the API server has said so; else the Job may have been created */
        UnknownJob notCreated(boolean byServer) {
            return new UnknownJob(!byServer, early, goneEarly);
        }

        UnknownJob seen(JobView job) {
            return new UnknownJob(maybeCreated, Optional.of(job), goneEarly);
        }

        UnknownJob gone(JobView job) {
            return new UnknownJob(maybeCreated, early, job.uid());
        }

        boolean isGone(JobView found) {
            return found.uid().equals(goneEarly);
        }

        /** The latest word on the Job that was found: the watch's, when it is newer. */
        JobView latest(JobView found) {
            return early.filter(seen -> seen.isNewerThan(found)).orElse(found);
        }
    }

    /**
     * The Job is known.
     *
     * @param knownNs clock time since which it is: a list that was asked for before says nothing of it
     */
    record KnownJob(JobView job, long knownNs) implements JobPhase {
        KnownJob changed(JobView now) {
            return new KnownJob(now, knownNs);
        }

        boolean is(JobView other) {
            return other.uid().equals(job.uid());
        }
    }
}
