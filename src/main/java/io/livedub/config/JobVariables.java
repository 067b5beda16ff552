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

    @Variable(
            allowed = "ws://host:port or wss://host:port",
            meaning = "where a stream's Job reaches WORKER_PARENT_PORT of its `serve`, which puts it into the Job;"
                    + " without it `serve` knows of a Job what the cluster says, and cannot change it on air")
    @WithName("parent-url")
    Optional<String> parentUrl();

    @Variable(
            fallback = VariableDefaults.PARENT_PORT,
            allowed = VariableRanges.FREE_PORT,
            meaning = "where `serve` listens for its Jobs, on WORKER_HTTP_HOST; open only with WORKER_SPAWN"
                    + " `kubernetes` and WORKER_PARENT_URL")
    @WithName("parent-port")
    Optional<String> parentPort();

    @Variable(
            allowed = "1…4096 visible ASCII characters without blanks",
            meaning = "by which `serve` knows this Job: drawn by `serve` for each Job and put into it, not to be set"
                    + " by hand; never printed")
    @WithName("parent-token")
    Optional<String> parentToken();

    @Variable(allowed = "a file", meaning = "holds WORKER_PARENT_TOKEN, so that it is not in the environment")
    @WithName("parent-token-file")
    Optional<String> parentTokenFile();
}
