package io.livedub.line;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The first thing that a stream says on a connection.
 *
 * @param run tells this run of the stream from the one before: a Job whose pod was lost begins anew
 * @param languages that it has now
 * @param settings that it has now, as {@link io.livedub.config.SettingsText} writes them
 * @param kept what {@code serve} last gave it to keep; empty when nothing
 */
public record Hello(String run, List<String> languages, String settings, String kept) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int LONGEST_RUN = 64;
    /** Far more than languages there can be. */
    private static final int MOST_LANGUAGES = 256;

    public Hello {
        languages = List.copyOf(languages);
    }

    String text() {
        ObjectNode hello = JSON.createObjectNode()
                .put("run", run)
                .put("settings", settings)
                .put("kept", kept);
        ArrayNode all = hello.putArray("languages");
        languages.forEach(all::add);
        return hello.toString();
    }

    /** Empty when the text is not a hello. */
    static Optional<Hello> read(String text) {
        try {
            JsonNode hello = JSON.readTree(text);
            String run = hello.path("run").asText();
            List<String> languages = new ArrayList<>();
            hello.path("languages").forEach(language -> languages.add(language.asText()));
            return run.isEmpty() || run.length() > LONGEST_RUN || languages.size() > MOST_LANGUAGES
                    ? Optional.empty()
                    : Optional.of(new Hello(
                            run,
                            languages,
                            hello.path("settings").asText(),
                            hello.path("kept").asText()));
        } catch (IOException noJson) {
            return Optional.empty();
        }
    }
}
