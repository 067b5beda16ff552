package io.livedub.echo;

import java.util.Map;
import java.util.Random;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Decides what becomes of each fragment: by the simulation, and by how many fragments it has seen. Thread-safe. */
final class Director {
    private final Random jitter;
    private Simulation simulation;
    private Script script;
    private long seen;

    Director(Simulation simulation, long seed) {
        jitter = new Random(seed);
        direct(simulation);
    }

    synchronized Simulation simulation() {
        return simulation;
    }

    /** Counts begin again. */
    synchronized void direct(Simulation next) {
        simulation = next;
        script = new Script(next.json().get("rules"));
        seen = 0;
    }

    /** @param own the rules that the connection set for itself; they come first */
    synchronized Treatment next(Script own, String fragmentId, long sequence) {
        seen++;
        JsonNode ofConnection = own.next(fragmentId, sequence);
        JsonNode ofServer = script.next(fragmentId, sequence);
        int drop = simulation.number("drop");
        long delayMs = simulation.number("delay_ms") + Math.round(jitter.nextDouble() * simulation.number("jitter_ms"));
        return new Treatment(
                delayMs, drop > 0 && seen % drop == 0, ofConnection != null ? ofConnection : ofServer, simulation);
    }

    /**
     * What is to happen to one fragment.
     *
     * @param delayMs from its arrival to the answer
     * @param dropped no answer at all
     * @param rule the failure it is answered with; null: by the simulation's outcome
     * @param simulation as it was when the fragment came
     */
    record Treatment(long delayMs, boolean dropped, JsonNode rule, Simulation simulation) {
        /** One of the simulation's. */
        String outcome() {
            return rule == null ? simulation.text("outcome") : rule.get("as").textValue();
        }

        EchoFailure failure() {
            return EchoFailure.simulated(rule == null ? simulation.json().get("failure") : rule);
        }

        /**
         * What a {@code fragment:processed} says.
         *
         * @param sound its fields {@code dubbed_audio} and {@code metadata}; null without a sound
         */
        ObjectNode result(ObjectNode sound) {
            return switch (outcome()) {
                case "success", "partial" -> result(outcome(), sound, null);
                case "failed" -> result("failed", null, failure());
                default -> result("partial", sound, failure());
            };
        }

        static ObjectNode result(String status, ObjectNode sound, EchoFailure failure) {
            ObjectNode result =
                    Json.object().put("status", status).putNull("dubbed_audio").putNull("metadata");
            result.set("error", failure == null ? null : failure.toJson());
            return sound == null ? result : result.setAll(sound);
        }

        /** Part of the service that failed; null: left out. */
        String stage() {
            return rule == null ? null : rule.get("stage").textValue();
        }

        /** Whether the answer has a sound. */
        boolean audible() {
            return !outcome().equals("failed") && !outcome().equals("partial_silent");
        }
    }

    /** A list of rules, and the count of the fragments it has seen. */
    static final class Script {
        private final JsonNode rules;
        private long nth;

        Script(JsonNode rules) {
            this.rules = rules;
        }

        /** The first rule that names the fragment: by its number, by its id, or as the n-th one from 1 on. Null when none does. */
        JsonNode next(String fragmentId, long sequence) {
            nth++;
            Map<String, String> names = Map.of(
                    "sequence_number", Long.toString(sequence),
                    "fragment_id", fragmentId,
                    "nth_fragment", Long.toString(nth));
            for (JsonNode rule : rules) {
                if (rule.get("value")
                        .asText()
                        .equals(names.get(rule.get("trigger").textValue()))) {
                    return rule;
                }
            }
            return null;
        }
    }
}
