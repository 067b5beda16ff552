package io.livedub.stream.supervision;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import io.livedub.config.SettingsPatch;
import io.livedub.id.StreamId;

/**
 * What the media server's own list says at one moment.
 *
 * @param publishers by stream, in the server's order: the server's id of the publisher, empty when it has none
 * @param complete this is all there is; otherwise nothing follows from a stream that is missing
 * @param settings by stream, of publishers' queries as far as they are known
 * @param askedNs clock time before the server was asked
 */
public record ServerList(
        Map<StreamId, String> publishers, boolean complete, Map<StreamId, SettingsPatch> settings, long askedNs) {
    public ServerList {
        // Not Map.copyOf, whose order is another in each process: the streams start as the server lists them.
        publishers = Collections.unmodifiableMap(new LinkedHashMap<>(publishers));
    }

    /** A list without the publishers' queries. */
    public ServerList(Map<StreamId, String> publishers, boolean complete, long askedNs) {
        this(publishers, complete, Map.of(), askedNs);
    }

    SaidSettings said(StreamId streamId) {
        SettingsPatch query = settings.get(streamId);
        return query == null ? SaidSettings.NOTHING : SaidSettings.byQuery(query);
    }
}
