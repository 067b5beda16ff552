package io.livedub.blackbox;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import org.junit.jupiter.api.DynamicTest;

/**
 * Scenarios that mostly wait, run at the same time, each a test of its own. Give the longest first. A scenario that fails is not played again: a
 * failure that comes and goes is a defect of the worker or of the test.
 */
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

    /** @param atOnce fewer where a scenario has more than one worker, more where scenarios wait for minutes */
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
        return played.entrySet().stream()
                .map(test -> DynamicTest.dynamicTest(test.getKey(), () -> result(test.getValue())));
    }

    private static void result(Future<?> played) throws Throwable {
        try {
            played.get();
        } catch (ExecutionException failed) {
            throw failed.getCause();
        }
    }
}
