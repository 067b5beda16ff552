package io.livedub.config;

/**
 * What keeps a stream on air while its source is away.
 *
 * @param backup whether streams of which nothing else is said have a backup source
 */
public record ContinuityConfig(boolean backup) {
    static ContinuityConfig of(ContinuityVariables variables) {
        return new ContinuityConfig(SettingValues.backup(
                "WORKER_BACKUP", Values.word(variables.backup(), VariableDefaults.BACKUP, SettingValues.ON_OFF)));
    }
}
