package io.livedub.blackbox;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;

/** Scenarios that mostly wait, run at the same time, each a test of its own. Give the longest first. */
final class SideBySide {
    /** Live streams at once: each is a worker, a publisher and a viewer, and CI has two cores. */
    private static final int AT_ONCE = 4;

    /** What one test does. */
    interface Scenario {
        void play() throws Exception;
    }

    private final Map<String, Scenario> scenarios = new LinkedHashMap<>();
    private final int atOnce;

    SideBySide() {
        this(AT_ONCE);
    }

    /** @param atOnce fewer where a scenario has more than one worker */
    SideBySide(int atOnce) {
        this.atOnce = atOnce;
    }

    SideBySide add(String name, Scenario scenario) {
        scenarios.put(name, scenario);
        return this;
    }

    Stream<DynamicTest> play() {
        String only = System.getProperty("scenario", "");
        ExecutorService lanes = Executors.newFixedThreadPool(atOnce);
        Map<String, Future<?>> played = new LinkedHashMap<>();
        scenarios.forEach((name, scenario) -> {
            if (name.contains(only)) {
                played.put(name, lanes.submit(() -> {
                    scenario.play();
                    return null;
                }));
            }
        });
        lanes.shutdown();
        return played.keySet().stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    try {
                        played.get(name).get();
                    } catch (ExecutionException failed) {
                        again(name, failed.getCause(), played.values());
                    }
                }));
    }

    /**
     * Alone, when the others are done: so it is seen whether the worker failed or the machine, and what needs a second run stands in the log. The
     * build's rerun of failed tests knows no dynamic ones.
     */
    private void again(String name, Throwable first, Iterable<Future<?>> others) throws Exception {
        StringWriter trace = new StringWriter();
        first.printStackTrace(new PrintWriter(trace));
        System.out.printf("FLAKE? %s failed beside others and is played again alone: %s%n", name, trace);
        for (Future<?> other : others) {
            try {
                other.get();
            } catch (ExecutionException reportedElsewhere) {
                continue;
            }
        }
        try {
            scenarios.get(name).play();
        } catch (Exception | AssertionError second) {
            if (second != first) {
                second.addSuppressed(first);
            }
            throw second;
        }
    }
}
