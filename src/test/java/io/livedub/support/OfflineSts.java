package io.livedub.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;

/** {@code examples/sts-offline} with its real models, in a process. */
public final class OfflineSts implements AutoCloseable {
    private static final Path EXAMPLE = Path.of("examples", "sts-offline").toAbsolutePath();
    private static final Path PYTHON = EXAMPLE.resolve(".venv").resolve("bin").resolve("python");
    private static final Pattern LISTENING = Pattern.compile("listening on (http://\\S+)");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final Path record;
    private final String url;

    private OfflineSts(Process process, Path record, String url) {
        this.process = process;
        this.record = record;
        this.url = url;
    }

    /** Skips the test, and says why, where {@code ./dev setup --speak} has not been run. */
    public static OfflineSts start(Path folder) {
        Assumptions.assumeTrue(
                Files.isExecutable(PYTHON), "examples/sts-offline is not installed: ./dev setup --speak installs it");
        Path log = folder.resolve("sts-offline.log");
        Path record = folder.resolve("fragments.jsonl");
        try {
            Process process = new ProcessBuilder(List.of(
                            PYTHON.toString(), "-m", "sts_offline", "--port", "0", "--record", record.toString()))
                    .directory(EXAMPLE.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Matcher[] said = new Matcher[1];
            Awaitility.await("the models are loaded")
                    .atMost(Duration.ofSeconds(90))
                    .until(() -> (said[0] = LISTENING.matcher(Files.readString(log))).find() || !process.isAlive());
            if (!process.isAlive()) {
                throw new AssertionError("sts-offline did not start: " + Files.readString(log));
            }
            return new OfflineSts(process, record, said[0].group(1));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public String url() {
        return url;
    }

    /** What {@code heard.py} finds in a recording, one object for each segment that was dubbed. */
    public JsonNode heard(Path recording, Path source) {
        try {
            return JSON.readTree(Shell.run(
                    PYTHON.toString(),
                    EXAMPLE.resolve("heard.py").toString(),
                    recording.toString(),
                    source.toString(),
                    record.toString(),
                    "es"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        // Its workers go with it.
        List<ProcessHandle> workers = process.descendants().toList();
        Shell.stop(process);
        workers.forEach(ProcessHandle::destroyForcibly);
    }
}
