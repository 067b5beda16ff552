package io.livedub.echo;

import java.util.List;
import java.util.Random;

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
        script = new Script(next.rules());
        seen = 0;
    }

    /** @param own the rules that the connection set for itself; they come first */
    synchronized Treatment next(Script own, String fragmentId, long sequence) {
        seen++;
        ErrorRule ofConnection = own.next(fragmentId, sequence);
        ErrorRule ofServer = script.next(fragmentId, sequence);
        boolean dropped = simulation.drop() > 0 && seen % simulation.drop() == 0;
        long delayMs = simulation.delay().toMillis()
                + Math.round(jitter.nextDouble() * simulation.jitter().toMillis());
        return new Treatment(delayMs, dropped, ofConnection != null ? ofConnection : ofServer, simulation);
    }

    /**
     * What is to happen to one fragment.
     *
     * @param delayMs from its arrival to the answer
     * @param dropped no answer at all
     * @param rule the error it is answered with; null: by the simulation's outcome
     * @param simulation as it was when the fragment came
     */
    record Treatment(long delayMs, boolean dropped, ErrorRule rule, Simulation simulation) {}

    /** A list of rules, and the count of the fragments it has seen. */
    static final class Script {
        private final List<ErrorRule> rules;
        private long nth;

        Script(List<ErrorRule> rules) {
            this.rules = rules;
        }

        ErrorRule next(String fragmentId, long sequence) {
            nth++;
            return rules.stream()
                    .filter(rule -> rule.matches(fragmentId, sequence, nth))
                    .findFirst()
                    .orElse(null);
        }
    }
}
