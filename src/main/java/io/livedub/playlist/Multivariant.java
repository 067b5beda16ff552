package io.livedub.playlist;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.livedub.config.StreamSettings;
import io.livedub.config.Target;

/** The playlist with the menu: the picture once, and for each language its sound and its captions. */
final class Multivariant {
    /** Bits per second of the sound, which the server does not count: more than any AAC that is sent to viewers. */
    private static final long AUDIO_BANDWIDTH = 320_000;

    private Multivariant() {}

    static String of(StreamSettings settings, ServerIndex picture) {
        StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
        boolean first = true;
        for (Target target : heard(settings)) {
            boolean original = original(settings, target);
            String tag = original ? settings.sourceLanguage() : target.language();
            String name = original ? LanguageNames.of(tag) + " (original)" : LanguageNames.of(tag);
            media(text, "AUDIO", "sound", tag, name, first, "audio-" + target.key());
            first = false;
        }
        List<String> captions = captionLanguages(settings);
        for (String tag : captions) {
            media(text, "SUBTITLES", "captions", tag, LanguageNames.of(tag), false, "captions-" + key(tag));
        }
        text.append("#EXT-X-STREAM-INF:BANDWIDTH=").append(picture.bandwidth() + AUDIO_BANDWIDTH);
        picture.attributes().forEach(attribute -> text.append(',').append(attribute));
        text.append(",AUDIO=\"sound\"");
        if (!captions.isEmpty()) {
            text.append(",SUBTITLES=\"captions\"");
        }
        return text.append(",CLOSED-CAPTIONS=NONE\nhls/video/index.m3u8\n").toString();
    }

    /** Each dubbed language, and what was said. */
    static List<String> captionLanguages(StreamSettings settings) {
        if (settings.passthrough()) {
            return List.of();
        }
        List<String> languages = new ArrayList<>();
        for (Target target : settings.targets()) {
            if (!target.isOriginal()) {
                languages.add(target.language());
            }
        }
        if (!languages.isEmpty()
                && languages.stream().noneMatch(tag -> key(tag).equals(key(settings.sourceLanguage())))) {
            languages.add(settings.sourceLanguage());
        }
        return languages;
    }

    /**
     * In passthrough all languages have the same sound, under the same name. A player's menu needs it once, and HLS forbids two renditions of one name
     * in a group (RFC 8216, 4.3.4.1.1).
     */
    private static List<Target> heard(StreamSettings settings) {
        return settings.passthrough() ? List.of(settings.first()) : settings.targets();
    }

    /** Whether viewers hear the original. In passthrough they do in every language, since nothing is dubbed. */
    private static boolean original(StreamSettings settings, Target target) {
        return settings.passthrough() || target.isOriginal();
    }

    static String key(String tag) {
        return tag.toLowerCase(Locale.ROOT);
    }

    private static void media(
            StringBuilder text, String type, String group, String tag, String name, boolean isDefault, String folder) {
        text.append(String.format(
                Locale.ROOT,
                "#EXT-X-MEDIA:TYPE=%s,GROUP-ID=\"%s\",LANGUAGE=\"%s\",NAME=\"%s\",DEFAULT=%s,AUTOSELECT=YES%s,URI=\"hls/%s/index.m3u8\"\n",
                type,
                group,
                tag,
                name,
                isDefault ? "YES" : "NO",
                type.equals("SUBTITLES") ? ",FORCED=NO" : "",
                folder));
    }
}
