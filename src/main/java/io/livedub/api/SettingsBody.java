package io.livedub.api;

import java.io.IOException;
import java.util.Set;

import jakarta.ws.rs.WebApplicationException;

import com.fasterxml.jackson.databind.JsonNode;

import io.livedub.bounded.BoundedJson;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.SettingsTree;
import io.livedub.config.WrongSetting;
import io.livedub.id.StreamId;

/** The body of a request that says settings of the stream that it names. */
record SettingsBody(StreamId streamId, SettingsPatch settings) {
    private static final String ID = "stream_id";

    /**
     * Of a request whose path has the stream's id. No body is as good as {@code {}}: clients of earlier versions send none.
     *
     * @throws WebApplicationException 400 when it is not JSON, 422 when a field is unknown or its value not allowed
     */
    static SettingsPatch ofStream(byte[] body, SettingRules rules) {
        return body == null || body.length == 0 ? SettingsPatch.NOTHING : settings(object(body), rules, Set.of());
    }

    /** Reads the body of a request that must name the stream. */
    static SettingsBody withId(byte[] body, SettingRules rules) {
        JsonNode tree = object(body == null ? new byte[0] : body);
        SettingsPatch settings = settings(tree, rules, Set.of(ID));
        String id = tree.path(ID).textValue();
        if (id == null) {
            throw StreamAnswers.refused(422, "invalid", "stream_id is missing, or is no string");
        }
        return new SettingsBody(StreamIds.of(id), settings);
    }

    private static SettingsPatch settings(JsonNode tree, SettingRules rules, Set<String> others) {
        try {
            return SettingsTree.ofBody(rules, others).read(tree, "");
        } catch (WrongSetting wrong) {
            throw StreamAnswers.refused(422, "invalid", wrong.getMessage());
        }
    }

    /** @throws WebApplicationException 400 when it is not JSON, 422 when it is no object */
    static JsonNode object(byte[] body) {
        try {
            JsonNode tree = BoundedJson.read(body);
            if (!tree.isObject()) {
                throw StreamAnswers.refused(422, "invalid", "the body must be an object, is " + BoundedJson.kind(tree));
            }
            return tree;
        } catch (IOException malformed) {
            throw StreamAnswers.refused(400, "malformed", malformed.getMessage());
        }
    }
}
