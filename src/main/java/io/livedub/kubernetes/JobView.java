package io.livedub.kubernetes;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.id.StreamId;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;

/**
 * The fields of a Job that the launcher uses.
 *
 * @param streamId empty for a Job that the worker did not create
 * @param deleting somebody has asked for its deletion, and its pods are on their way out
 * @param ready pods that are up
 * @param token by which it speaks for its stream; empty when it was made without one
 * @param end how it finished; empty while it has not
 */
record JobView(
        String name,
        String uid,
        Optional<StreamId> streamId,
        String resourceVersion,
        boolean deleting,
        int ready,
        String token,
        Optional<StreamState> end) {
    /** An id may be longer than a label, and begin with what a label may not. */
    static final String STREAM_ID = "stream-worker/stream-id";

    /**
     * The Job controller's text of a rule on exit codes, the only place in a Job where one stands: "Container worker for pod x/y failed with
     * exit code 4 matching FailJob rule at index 1". Reading the pod instead would need one more right.
     */
    private static final Pattern EXIT_CODE = Pattern.compile("\\bexit code (\\d{1,3})\\b");

    private static final int KILLED = 137;

    static JobView of(JsonNode job) {
        JsonNode about = job.path("metadata");
        return new JobView(
                about.path("name").asText(),
                about.path("uid").asText(),
                StreamId.parse(about.path("annotations").path(STREAM_ID).asText()),
                about.path("resourceVersion").asText(),
                about.hasNonNull("deletionTimestamp"),
                job.path("status").path("ready").asInt(),
                JobTemplate.token(job),
                endOf(job.path("status").path("conditions")));
    }

    boolean isOf(StreamId stream) {
        return streamId.filter(stream::equals).isPresent();
    }

    /** For a person. */
    String description() {
        return ready > 0
                ? String.format(Locale.ROOT, "Job %s has a pod that is up", name)
                // Only the cluster's events know of a quota or an image that cannot be pulled, and this account may not
                // read them.
                : String.format(
                        Locale.ROOT,
                        "Job %s waits for its pod; if it does not start, `kubectl get events` says why",
                        name);
    }

    /** Whether this is a newer version of the same Job. Versions are growing numbers. */
    boolean isNewerThan(JobView other) {
        String theirs = other.resourceVersion;
        int longer = Integer.compare(resourceVersion.length(), theirs.length());
        return uid.equals(other.uid) && (longer > 0 || longer == 0 && resourceVersion.compareTo(theirs) > 0);
    }

    private static Optional<StreamState> endOf(JsonNode conditions) {
        for (JsonNode condition : conditions) {
            if ("True".equals(condition.path("status").asText())) {
                if ("Complete".equals(condition.path("type").asText())) {
                    return Optional.of(new StreamState.Ended("the stream's Job has completed"));
                }
                // Not FailureTarget, which comes before it while pods are still ending.
                if ("Failed".equals(condition.path("type").asText())) {
                    return Optional.of(failure(condition));
                }
            }
        }
        return Optional.empty();
    }

    private static StreamState failure(JsonNode condition) {
        String message = condition.path("message").asText();
        Matcher code = EXIT_CODE.matcher(message);
        if (!"PodFailurePolicy".equals(condition.path("reason").asText()) || !code.find()) {
            return new StreamState.Failed(
                    String.format(
                            Locale.ROOT,
                            "the stream's Job failed: %s, %s",
                            condition.path("reason").asText(),
                            message),
                    ExitCode.INTERNAL);
        }
        int number = Integer.parseInt(code.group(1));
        ExitCode known = Arrays.stream(ExitCode.values())
                .filter(exit -> exit.code() == number)
                .findFirst()
                .orElse(ExitCode.INTERNAL);
        if (known == ExitCode.OUT_OF_MEMORY) {
            return new StreamState.Failed("the stream's Job ran out of memory (exit code " + number + ")", known);
        }
        // The pod, which says OOMKilled, would need one more right to be read.
        String hint = number == KILLED ? ", killed: as a rule by the memory limit of its container" : "";
        return new StreamState.Failed("the stream's Job ended with exit code " + number + hint, known);
    }
}
