package io.livedub.config;

/**
 * What each source says of one stream. For each setting by itself the first source that says something wins: the API, the publisher's
 * query, the streams file, the environment.
 */
public record SettingSources(SettingsPatch api, SettingsPatch query, SettingsPatch file) {
    public static final SettingSources NONE =
            new SettingSources(SettingsPatch.NOTHING, SettingsPatch.NOTHING, SettingsPatch.NOTHING);

    public StreamSettings over(StreamSettings environment) {
        return api.or(query).or(file).over(environment);
    }

    /** Adds a later request of the API to the earlier ones. For a setting that both name, the later one counts. */
    public SettingSources withApi(SettingsPatch later) {
        return new SettingSources(later.or(api), query, file);
    }

    /** A query replaces the one before it: a publisher that leaves a setting out says nothing of it any more. */
    public SettingSources withQuery(SettingsPatch latest) {
        return new SettingSources(api, latest, file);
    }

    public SettingSources withFile(SettingsPatch latest) {
        return new SettingSources(api, query, latest);
    }
}
