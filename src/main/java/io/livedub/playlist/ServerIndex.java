package io.livedub.playlist;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The media server's multivariant playlist of one path ({@code index.m3u8}).
 *
 * @param attributes of the picture's variant that are handed on: codecs, resolution, frame rate
 * @param bandwidth of the picture, in bits a second
 * @param video where the picture's playlist is
 * @param audio where the sound's playlist is
 */
record ServerIndex(List<String> attributes, long bandwidth, String video, String audio) {
    private static final String VARIANT = "#EXT-X-STREAM-INF:";
    private static final String MEDIA = "#EXT-X-MEDIA:";
    private static final Pattern HANDED_ON =
            Pattern.compile("(?:^|,)((?:CODECS|RESOLUTION|FRAME-RATE)=(?:\"[A-Za-z0-9.,_-]{1,100}\"|[0-9x.]{1,20}))");
    private static final Pattern BANDWIDTH = Pattern.compile("(?:^|,)BANDWIDTH=([0-9]{1,10})");
    private static final Pattern URI = Pattern.compile("(?:^|,)URI=\"([^\"]*)\"");

    /** @throws IOException when it is not what can be joined */
    static ServerIndex of(String text) throws IOException {
        String variant = null;
        String video = null;
        String audio = null;
        for (String line : text.split("\\R")) {
            if (line.startsWith(VARIANT) && variant == null) {
                variant = line.substring(VARIANT.length());
            } else if (line.startsWith(MEDIA + "TYPE=AUDIO") && audio == null) {
                Matcher uri = URI.matcher(line);
                audio = uri.find() ? HlsServer.reference(uri.group(1)) : null;
            } else if (!line.isBlank() && !line.startsWith("#") && variant != null && video == null) {
                video = HlsServer.reference(line.strip());
            }
        }
        if (variant == null || video == null) {
            throw new IOException("the media server's playlist has no variant");
        }
        if (audio == null) {
            throw new IOException("the media server's playlist has no sound of its own: its hlsVariant has to be"
                    + " lowLatency or fmp4, and the stream needs picture and sound");
        }
        List<String> attributes = new ArrayList<>();
        Matcher handedOn = HANDED_ON.matcher(variant);
        while (handedOn.find()) {
            attributes.add(handedOn.group(1));
        }
        Optional<Long> bandwidth =
                BANDWIDTH.matcher(variant).results().findFirst().map(found -> Long.parseLong(found.group(1)));
        return new ServerIndex(List.copyOf(attributes), bandwidth.orElse(0L), video, audio);
    }
}
