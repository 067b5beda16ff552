package io.livedub.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Settings as an object of fields: the body of a request, or an entry of the streams file. Strict: a field that nobody knows would
 * otherwise be a spelling mistake without an effect.
 */
public final class SettingsTree {
    private static final int LONGEST_SHOWN = 64;
    private static final String TARGETS = "a list such as [es, {language: fr, voice_profile: anna}]";

    private final SettingRules rules;
    private final Set<String> others;
    private final boolean nullSaysNothing;

    private SettingsTree(SettingRules rules, Set<String> others, boolean nullSaysNothing) {
        this.rules = rules;
        this.others = others;
        this.nullSaysNothing = nullSaysNothing;
    }

    /**
     * Reads a body of the API: a field that is null is as good as one that is left out, since many clients write all the fields that they know.
     *
     * @param others fields that may stand beside the settings, and that somebody else reads
     */
    public static SettingsTree ofBody(SettingRules rules, Set<String> others) {
        return new SettingsTree(rules, others, true);
    }

    /**
     * Reads an entry of a file, which a person writes: a field without a value was forgotten.
     *
     * @param others as in a body
     */
    static SettingsTree ofFile(SettingRules rules, Set<String> others) {
        return new SettingsTree(rules, others, false);
    }

    /**
     * @param path stands before each field in messages; empty, or with a dot at its end
     * @throws WrongSetting with the path of the first field that is wrong as its name
     */
    public SettingsPatch read(JsonNode object, String path) {
        SettingsPatch.Builder patch = new SettingsPatch.Builder(rules);
        for (Iterator<Map.Entry<String, JsonNode>> fields = object.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            Optional<Setting> setting = Setting.of(field.getKey());
            String name = path + field.getKey();
            if (setting.isPresent()) {
                if (isSaid(field.getValue())) {
                    read(patch, setting.get(), name, field.getValue());
                }
            } else if (!others.contains(field.getKey())) {
                throw unknown(path, field.getKey(), others);
            }
        }
        return patch.build();
    }

    private boolean isSaid(JsonNode value) {
        return value != null && !(nullSaysNothing && value.isNull());
    }

    private void read(SettingsPatch.Builder patch, Setting setting, String name, JsonNode value) {
        switch (setting) {
            case TARGETS -> patch.targets(name, targets(name, value));
            case BED_DB -> {
                if (!isInt(value)) {
                    throw new WrongSetting(name, shown(value), "a whole number from -40 to 0");
                }
                patch.say(setting, name, Integer.toString(value.intValue()));
            }
            case SOURCE_LANGUAGE -> patch.say(setting, name, text(name, value));
            // All others have words: of a value that is no text the message is to name them.
            default -> patch.say(setting, name, value.isTextual() ? value.textValue() : shown(value));
        }
    }

    /** Whether a value is a whole number that an {@code int} holds, as JSON Schema has it: 30.0 is one. */
    public static boolean isInt(JsonNode node) {
        return node.canConvertToInt() && node.canConvertToExactIntegral();
    }

    private List<Target> targets(String name, JsonNode list) {
        if (!list.isArray()) {
            throw new WrongSetting(name, shown(list), TARGETS);
        }
        List<Target> targets = new ArrayList<>();
        for (int i = 0; i < list.size() && i <= rules.maxLanguages(); i++) {
            targets.add(target(String.format(Locale.ROOT, "%s[%d]", name, i), list.get(i)));
        }
        return targets;
    }

    private Target target(String name, JsonNode value) {
        if (value.isTextual()) {
            return SettingValues.target(name, value.textValue());
        }
        if (!value.isObject()) {
            throw new WrongSetting(name, shown(value), "es, fr:anna or {language: fr, voice_profile: anna}");
        }
        for (Iterator<String> fields = value.fieldNames(); fields.hasNext(); ) {
            String field = fields.next();
            if (!field.equals("language") && !field.equals("voice_profile")) {
                throw WrongSetting.unknown(
                        name + "." + YamlTree.shown(field, LONGEST_SHOWN), "language, voice_profile");
            }
        }
        return SettingValues.target(
                name, text(name + ".language", value.get("language")), voice(name, value.get("voice_profile")));
    }

    private Optional<String> voice(String name, JsonNode voice) {
        return isSaid(voice) ? Optional.of(text(name + ".voice_profile", voice)) : Optional.empty();
    }

    private static String text(String name, JsonNode value) {
        if (value == null || !value.isTextual()) {
            throw new WrongSetting(name, value == null ? "" : shown(value), "a text");
        }
        return value.textValue();
    }

    private static WrongSetting unknown(String path, String field, Set<String> others) {
        List<String> known = new ArrayList<>(new TreeSet<>(others));
        known.add(Setting.fields());
        return WrongSetting.unknown(path + YamlTree.shown(field, LONGEST_SHOWN), String.join(", ", known));
    }

    private static String shown(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "[…]";
            case OBJECT -> "{…}";
            default -> value.asText();
        };
    }
}
