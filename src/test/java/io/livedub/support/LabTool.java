package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A command of {@code scripts/} that starts workers by itself and writes what it found as JSON. */
public final class LabTool {
    private LabTool() {}

    /**
     * Runs {@code scripts/{name}.py} on the worker that the tests run on. The tool's own exit code is not looked at: its records say more.
     *
     * @return the JSON file
     */
    public static JsonNode run(String name, String label, Duration limit, String... arguments) {
        Path json = Shell.target().resolve(label + ".json");
        Path log = Shell.target().resolve(label + ".log");
        List<String> command =
                new ArrayList<>(List.of("python3", "scripts/" + name + ".py", "--json", json.toString()));
        command.addAll(List.of(arguments));
        try {
            Files.deleteIfExists(json);
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
            builder.environment().keySet().removeIf(key -> key.matches("(WORKER|LOG|QUARKUS|OTEL)_.*"));
            builder.environment().put("WORKER_COMMAND", WorkerProcess.commandLine());
            Process tool = builder.start();
            try {
                if (!tool.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(name + ".py has not ended in " + limit + ": " + Files.readString(log));
                }
            } finally {
                // TERM: it ends what it started.
                Shell.stop(tool);
            }
            if (!Files.exists(json)) {
                throw new AssertionError(name + ".py found nothing: " + Files.readString(log));
            }
            return new ObjectMapper().readTree(json.toFile());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
