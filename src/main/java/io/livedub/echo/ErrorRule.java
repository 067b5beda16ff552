package io.livedub.echo;

import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Answers one fragment with a failure instead of its dub.
 *
 * @param value sequence number, id, or the fragment's count from 1
 * @param stage the part of the service that failed; null: left out
 */
public record ErrorRule(Trigger trigger, String value, EchoFailure failure, String stage, AnswerForm as) {
    /** Rules are matched against every fragment; no test needs more. */
    static final int MAX_RULES = 1000;

    /** How a fragment is found. {@code NTH_FRAGMENT} counts from 1 over the fragments accepted since the rules were set. */
    public enum Trigger {
        SEQUENCE_NUMBER,
        FRAGMENT_ID,
        NTH_FRAGMENT
    }

    /** The event that carries the failure. */
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
            throw new IllegalArgumentException(EchoText.of("rules must be a list of at most %d rules", MAX_RULES));
        }
        List<ErrorRule> parsed = new ArrayList<>();
        for (JsonNode rule : rules) {
            try {
                parsed.add(parse(rule));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(EchoText.of("rules[%d]: %s", parsed.size(), e.getMessage()), e);
            }
        }
        return List.copyOf(parsed);
    }

    private static ErrorRule parse(JsonNode node) {
        StrictFields fields = StrictFields.of(node, "rule");
        Trigger trigger = fields.choice("trigger", Trigger.class);
        String value = trigger == Trigger.FRAGMENT_ID
                ? fields.text("value")
                : Long.toString(fields.integer("value", trigger == Trigger.NTH_FRAGMENT ? 1 : 0, Integer.MAX_VALUE));
        AnswerForm as = fields.has("as") ? fields.choice("as", AnswerForm.class) : AnswerForm.ERROR;
        ErrorRule rule = new ErrorRule(trigger, value, EchoFailure.parse(fields), fields.text("stage", null), as);
        fields.refuseUnknown();
        return rule;
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object().put("trigger", EchoText.label(trigger));
        if (trigger == Trigger.FRAGMENT_ID) {
            json.put("value", value);
        } else {
            json.put("value", Integer.parseInt(value));
        }
        return failure.into(json).put("stage", stage).put("as", EchoText.label(as));
    }
}
