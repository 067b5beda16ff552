package io.livedub.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.id.StreamId;

/**
 * Settings of streams by their ids, as {@code WORKER_STREAMS_FILE} has them. Of several entries the first that matches a stream counts, and
 * it alone.
 */
public record StreamsFile(List<StreamsEntry> entries) {
    public static final StreamsFile NONE = new StreamsFile(List.of());

    private static final String VARIABLE = "WORKER_STREAMS_FILE";
    private static final String ALLOWED = "a YAML file such as deploy/streams.yaml, of up to 256 KiB";
    private static final int MOST_BYTES = 256 << 10;
    private static final int MOST_ENTRIES = 1000;
    private static final String MATCH = "match";
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_*?-]{1,128}");

    /**
     * @param match a stream's id; {@code *} stands for any characters and {@code ?} for one
     */
    public record StreamsEntry(String match, SettingsPatch settings) {
        /** Without a regular expression: one made of many stars would try for hours. */
        boolean matches(StreamId streamId) {
            String id = streamId.value();
            int star = -1;
            int from = 0;
            int p = 0;
            int s = 0;
            while (s < id.length()) {
                if (p < match.length() && match.charAt(p) == '*') {
                    star = p++;
                    from = s;
                } else if (p < match.length() && (match.charAt(p) == '?' || match.charAt(p) == id.charAt(s))) {
                    p++;
                    s++;
                } else if (star >= 0) {
                    p = star + 1;
                    s = ++from;
                } else {
                    return false;
                }
            }
            while (p < match.length() && match.charAt(p) == '*') {
                p++;
            }
            return p == match.length();
        }
    }

    public StreamsFile {
        entries = List.copyOf(entries);
    }

    /** The settings that the file gives this stream. */
    public SettingsPatch of(StreamId streamId) {
        return entries.stream()
                .filter(entry -> entry.matches(streamId))
                .findFirst()
                .map(StreamsEntry::settings)
                .orElse(SettingsPatch.NOTHING);
    }

    /** @throws ConfigurationException with the line and the field that are wrong */
    public static StreamsFile read(Path file, SettingRules rules) {
        try {
            return parse(text(bytes(file)), rules);
        } catch (IOException unreadable) {
            throw refused(file, Files.exists(file) ? "it cannot be read" : "it does not exist");
        } catch (YamlTree.YamlFault fault) {
            throw refused(file, fault.getMessage());
        }
    }

    private static ConfigurationException refused(Path file, String why) {
        return new ConfigurationException(ConfigurationException.of(VARIABLE, file.toString(), ALLOWED)
                        .getMessage() + "; " + YamlTree.shown(why, 400));
    }

    private static byte[] bytes(Path file) throws IOException, YamlTree.YamlFault {
        // A named pipe that nobody writes to would hold up the start for ever.
        if (!Files.isRegularFile(file)) {
            throw new IOException("not a regular file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new YamlTree.YamlFault(1, "the file is larger than 256 KiB");
            }
            return bytes;
        }
    }

    private static String text(byte[] bytes) throws YamlTree.YamlFault {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            throw new YamlTree.YamlFault(1, "the file is not UTF-8");
        }
    }

    static StreamsFile parse(String text, SettingRules rules) throws YamlTree.YamlFault {
        YamlTree yaml = YamlTree.parse(text);
        try {
            return of(yaml.root(), rules);
        } catch (WrongSetting wrong) {
            throw new YamlTree.YamlFault(yaml.line(wrong.name()), wrong.getMessage());
        }
    }

    private static StreamsFile of(JsonNode root, SettingRules rules) {
        JsonNode streams = root.get("streams");
        for (Iterator<String> fields = root.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!field.equals("streams")) {
                throw WrongSetting.unknown(YamlTree.shown(field, 64), "streams");
            }
        }
        if (streams == null || !streams.isArray() || streams.size() > MOST_ENTRIES) {
            throw new WrongSetting("streams", "", "a list of up to 1000 entries");
        }
        SettingsTree settings = SettingsTree.ofFile(rules, Set.of(MATCH));
        List<StreamsEntry> entries = new ArrayList<>();
        for (int i = 0; i < streams.size(); i++) {
            entries.add(entry(streams.get(i), String.format(Locale.ROOT, "streams[%d]", i), settings));
        }
        return new StreamsFile(entries);
    }

    private static StreamsEntry entry(JsonNode entry, String path, SettingsTree settings) {
        if (!entry.isObject()) {
            throw new WrongSetting(path, "", "an entry such as {match: \"news-*\", targets: [es]}");
        }
        JsonNode match = entry.path(MATCH);
        if (!match.isTextual() || !FORM.matcher(match.textValue()).matches()) {
            throw new WrongSetting(
                    path + "." + MATCH,
                    match.asText(),
                    "a stream's id, in which * stands for any characters and ? for one; in quotation marks when it begins"
                            + " with * or is a number");
        }
        return new StreamsEntry(match.textValue(), settings.read(entry, path + "."));
    }
}
