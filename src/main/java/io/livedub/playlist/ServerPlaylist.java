package io.livedub.playlist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import static java.util.stream.Collectors.toSet;

/**
 * A media playlist of the media server, as far as it is handed on: whole segments. Parts, preload hints and the gaps that MediaMTX begins a
 * low-latency playlist with are left out.
 *
 * @param map where the initialization segment is
 */
record ServerPlaylist(String map, List<ServerSegment> entries) {
    private static final int MOST_ENTRIES = 1_000;
    private static final long LONGEST_NS = 3_600_000_000_000L;
    private static final Pattern MAP = Pattern.compile("#EXT-X-MAP:(?:.*,)?URI=\"([^\"]*)\".*");
    private static final Pattern DURATION = Pattern.compile("#EXTINF:([0-9]{1,5}(?:\\.[0-9]{1,9})?)(?:,.*)?");

    /** A segment. */
    record ServerSegment(String uri, long durationNs) {
        /** The same segment has this name in every session. */
        String name() {
            int query = uri.indexOf('?');
            return query < 0 ? uri : uri.substring(0, query);
        }
    }

    /** @throws IOException when it is no playlist of fragmented MP4 */
    static ServerPlaylist of(String text) throws IOException {
        if (!text.startsWith("#EXTM3U")) {
            throw new IOException("the media server's answer is not a playlist");
        }
        String map = null;
        List<ServerSegment> entries = new ArrayList<>();
        long durationNs = 0;
        boolean gap = false;
        for (String line : text.split("\\R")) {
            Matcher matcher = MAP.matcher(line);
            if (matcher.matches()) {
                map = HlsServer.reference(matcher.group(1));
            } else if ((matcher = DURATION.matcher(line)).matches()) {
                durationNs = Math.min(LONGEST_NS, Math.round(Double.parseDouble(matcher.group(1)) * 1e9));
            } else if (line.startsWith("#EXT-X-GAP")) {
                gap = true;
            } else if (!line.isBlank() && !line.startsWith("#")) {
                if (!gap) {
                    entries.add(new ServerSegment(HlsServer.reference(line.strip()), durationNs));
                }
                gap = false;
            }
        }
        if (map == null) {
            throw new IOException("the media server's playlist is not of fragmented MP4");
        }
        // The last ones: a server may keep hours for viewers who go back.
        return new ServerPlaylist(
                map, List.copyOf(entries.subList(Math.max(0, entries.size() - MOST_ENTRIES), entries.size())));
    }

    Set<String> names() {
        return entries.stream().map(ServerSegment::name).collect(toSet());
    }
}
