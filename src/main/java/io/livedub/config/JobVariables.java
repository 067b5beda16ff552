package io.livedub.config;

import java.util.Optional;

import io.smallrye.config.WithName;

/** A Job for each stream. A part of {@link Settings}. */
public interface JobVariables {
    @Variable(
            allowed = "an image's name",
            meaning = "image of a stream's Job when WORKER_SPAWN is `kubernetes`; required unless the Job's template"
                    + " names one")
    @WithName("kubernetes-image")
    Optional<String> image();

    @Variable(
            fallback = "the one in the program",
            allowed = "a file with a Job of batch/v1 as JSON",
            meaning = "what a stream's Job is made from: its name, labels, owner, arguments and grace time are put"
                    + " in, all else is taken as it is")
    @WithName("kubernetes-job-template")
    Optional<String> jobTemplate();

    @Variable(
            allowed = "the name of a Deployment in the same namespace",
            meaning = "owner of the Jobs: when it is deleted, so are they; also keeps the Jobs of several `serve` in"
                    + " one namespace apart")
    @WithName("kubernetes-owner")
    Optional<String> owner();

    @Variable(
            fallback = VariableDefaults.CREDENTIALS,
            allowed = "a folder with `token`, `ca.crt` and `namespace`",
            meaning = "who the worker is towards the API server; the token is read anew for each call")
    @WithName("kubernetes-credentials")
    Optional<String> credentials();
}
