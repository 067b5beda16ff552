package io.livedub.stream.supervision;

import java.util.Optional;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;

/**
 * What a word to the registry says of a stream's settings.
 *
 * @param query empty when nothing is known of the publisher's query: what an earlier one said then stays
 */
record SaidSettings(SettingsPatch api, Optional<SettingsPatch> query) {
    static final SaidSettings NOTHING = new SaidSettings(SettingsPatch.NOTHING, Optional.empty());

    static SaidSettings byApi(SettingsPatch api) {
        return new SaidSettings(api, Optional.empty());
    }

    static SaidSettings byQuery(SettingsPatch query) {
        return new SaidSettings(SettingsPatch.NOTHING, Optional.of(query));
    }

    SettingSources addedTo(SettingSources sources) {
        SettingSources known = sources.withApi(api);
        return query.map(known::withQuery).orElse(known);
    }
}
