package io.livedub.config;

import io.smallrye.config.WithParentName;

/** {@code WORKER_*}. A part of {@link Settings}. */
public interface WorkerVariables {
    @WithParentName
    StsVariables sts();

    @WithParentName
    LanguageVariables languages();

    @WithParentName
    ContinuityConfig.ContinuityVariables continuity();

    @WithParentName
    DubVariables dub();

    @WithParentName
    SegmentVariables segments();

    @WithParentName
    ProcessVariables process();

    @WithParentName
    JobVariables jobs();
}
