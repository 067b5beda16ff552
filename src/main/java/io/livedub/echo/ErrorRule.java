package io.livedub.echo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Answers one fragment with a failure instead of its dub.
 *
 * @param trigger how the fragment is found
 * @param value sequence number, id, or its number counted from 1
 * @param failure what it is answered with
 * @param stage what failed inside the service; null when it is not said
 * @param as in which event it is said
 */
public record ErrorRule(Trigger trigger, String value, EchoFailure failure, String stage, AnswerForm as) {
    /** Rules are matched against every fragment; this many are more than any test needs. */
    static final int MAX_RULES = 1000;

    /** How a fragment is found. */
    public enum Trigger {
        SEQUENCE_NUMBER,
        FRAGMENT_ID,
        /** Counted from 1 over the fragments accepted since the rules were set. */
        NTH_FRAGMENT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** In which event a failure is said. */
    public enum AnswerForm {
        /** An {@code error} event and no result: the number is a gap. */
        ERROR,
        /** A {@code fragment:processed} with status {@code failed}, in its turn. */
        FAILED
    }

    boolean matches(String fragmentId, long sequence, long nth) {
        return switch (trigger) {
            case SEQUENCE_NUMBER -> value.equals(Long.toString(sequence));
            case FRAGMENT_ID -> value.equals(fragmentId);
            case NTH_FRAGMENT -> value.equals(Long.toString(nth));
        };
    }

    /**
     * Reads the {@code rules} of a {@code config:error_simulation}.
     *
     * @throws IllegalArgumentException saying which rule is wrong, and how
     */
    static List<ErrorRule> parseAll(JsonNode rules) {
        if (rules.isMissingNode() || rules.isNull()) {
            return List.of();
        }
        if (!rules.isArray() || rules.size() > MAX_RULES) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "rules must be a list of at most %d rules", MAX_RULES));
        }
        List<ErrorRule> parsed = new ArrayList<>();
        for (int i = 0; i < rules.size(); i++) {
            try {
                parsed.add(parse(rules.get(i)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(String.format(Locale.ROOT, "rules[%d]: %s", i, e.getMessage()), e);
            }
        }
        return List.copyOf(parsed);
    }

    private static ErrorRule parse(JsonNode node) {
        StrictFields fields = StrictFields.of(node, "rule");
        Trigger trigger = Choice.of(Trigger.class, fields.text("trigger"), "trigger");
        String value = trigger == Trigger.FRAGMENT_ID
                ? fields.text("value")
                : Long.toString(fields.integer("value", trigger == Trigger.NTH_FRAGMENT ? 1 : 0, Integer.MAX_VALUE));
        AnswerForm as = Choice.of(AnswerForm.class, fields.text("as", Choice.label(AnswerForm.ERROR)), "as");
        ErrorRule rule = new ErrorRule(trigger, value, EchoFailure.parse(fields), fields.text("stage", null), as);
        if (!fields.unknown().isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown field " + fields.unknown().get(0));
        }
        return rule;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("trigger", trigger.label());
        if (trigger == Trigger.FRAGMENT_ID) {
            json.put("value", value);
        } else {
            json.put("value", Long.parseLong(value));
        }
        failure.into(json);
        return json.put("stage", stage).put("as", Choice.label(as));
    }
}
