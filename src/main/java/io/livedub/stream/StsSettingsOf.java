package io.livedub.stream;

import io.livedub.config.WorkerConfig;
import io.livedub.sts.StsSettings;

/** The configuration as a session wants it. */
final class StsSettingsOf {
    private StsSettingsOf() {}

    static StsSettings stream(WorkerConfig config, String streamId, WorkerConfig.StsLoss loss) {
        WorkerConfig.Sts sts = config.sts();
        return new StsSettings(
                sts.serviceUrl().orElseThrow(),
                sts.apiKey().orElse(null),
                streamId,
                config.process().workerId(),
                sts.sourceLanguage(),
                sts.targetLanguage(),
                sts.voiceProfile(),
                config.segments().duration(),
                sts.timeout(),
                sts.maxRetries(),
                sts.maxInflight(),
                loss == WorkerConfig.StsLoss.EXIT ? StsSettings.Loss.EXIT : StsSettings.Loss.ORIGINAL,
                StsSettings.Timing.CONTRACT.withPauseProbe(sts.pauseProbe()));
    }
}
