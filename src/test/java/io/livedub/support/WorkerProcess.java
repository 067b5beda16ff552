package io.livedub.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

import org.awaitility.Awaitility;

/** The packaged worker in a process of its own, as a user starts it. Whatever becomes of the test, {@link #close} leaves nothing behind. */
public final class WorkerProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    private static final Duration SAMPLING = Duration.ofMillis(200);
    /** An answer takes the worker 14 ms of CPU: with five a second, two thirds of what a stream took were answers. */
    private static final Duration SELDOM = Duration.ofSeconds(1);

    private final Process process;
    private final Map<String, String> environment;
    private final long startedNs = System.nanoTime();
    private final List<LoggedLine> output = Collections.synchronizedList(new ArrayList<>());
    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> readers = new ArrayList<>();
    private volatile Metrics sampled;
    private volatile Thread sampler;
    private volatile Duration sampling = SAMPLING;

    WorkerProcess(List<String> arguments, Map<String, String> environment) throws IOException {
        this.environment = environment;
        // A shell that runs the tests in its background leaves SIGINT ignored, and a JVM leaves an
        // ignored signal alone.
        List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT,TERM"));
        command.addAll(command());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.matches("(WORKER|MEDIAMTX|LOG|QUARKUS|OTEL)_.*"));
        builder.environment().putAll(environment);
        builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
        process = builder.start();
        read(process.getInputStream(), this::logged);
        read(process.getErrorStream(), errors::add);
    }

    /** {@code run} for one stream; nothing is set but a free metrics port. */
    public static WorkerRun run(String streamId) {
        return new WorkerRun(streamId);
    }

    /** Any command. */
    public static WorkerProcess start(Map<String, String> environment, String... arguments) {
        try {
            return new WorkerProcess(List.of(arguments), environment);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The launcher of this build, or what the system property {@code worker.command} says: a native binary, another build. */
    private static List<String> command() {
        return ofThisBuild()
                ? List.of(Shell.target().resolve("stream-worker").toString())
                : Arrays.asList(System.getProperty("worker.command").strip().split("\\s+"));
    }

    /** {@link #command} as one line for a shell. */
    public static String commandLine() {
        return String.join(" ", command());
    }

    /** Whether the launcher starts a binary: there is one beside it, and no jar, which it would prefer. */
    public static boolean isNative() {
        Path launcher = Path.of(command().get(0)).toAbsolutePath();
        return Files.exists(launcher.resolveSibling("stream-worker-runner"))
                && !Files.exists(launcher.resolveSibling("quarkus-run.jar"))
                && !Files.exists(launcher.resolveSibling("quarkus-app").resolve("quarkus-run.jar"));
    }

    private static boolean ofThisBuild() {
        return System.getProperty("worker.command", "").isBlank();
    }

    private void read(InputStream stream, Consumer<String> lines) {
        Thread reader = new Thread(
                () -> {
                    try {
                        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))
                                .lines()
                                .forEach(lines);
                    } catch (UncheckedIOException closed) {
                        // Killed by close() while it was read. Awaitility would end somebody else's wait for an
                        // exception that nobody catches.
                    }
                },
                "output of worker " + process.pid());
        reader.setDaemon(true);
        reader.start();
        readers.add(reader);
    }

    public long startedNs() {
        return startedNs;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Where it was told to write segments. */
    public Path segments() {
        return Path.of(environment.get("WORKER_SEGMENT_DIR"));
    }

    public int metricsPort() {
        return Integer.parseInt(environment.get("WORKER_METRICS_PORT"));
    }

    /** What it wrote to standard output so far. */
    public List<LoggedLine> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    /** What it wrote to standard error so far. */
    public List<String> errors() {
        synchronized (errors) {
            return List.copyOf(errors);
        }
    }

    /** Everything it said, for messages of failed assertions. */
    public String said() {
        StringBuilder all = new StringBuilder();
        output().forEach(line -> all.append(line.text()).append('\n'));
        errors().forEach(line -> all.append("stderr: ").append(line).append('\n'));
        return all.toString();
    }

    /** The first line whose message holds {@code part}, waited for. */
    public LoggedLine awaitLog(String part, Duration limit) {
        return awaitLog(part, line -> line.message().contains(part), limit);
    }

    public LoggedLine awaitLog(String what, Predicate<LoggedLine> wanted, Duration limit) {
        awaitOrEnd("log line: " + what, limit, () -> logged(wanted).isPresent());
        return logged(wanted).orElseThrow(() -> new AssertionError("never logged: " + what + "\n" + said()));
    }

    public Optional<LoggedLine> logged(Predicate<LoggedLine> wanted) {
        return output().stream().filter(wanted).findFirst();
    }

    /** Waits for a condition, or for the end of the worker; fails with all it said when neither comes. */
    void awaitOrEnd(String what, Duration limit, java.util.concurrent.Callable<Boolean> condition) {
        try {
            Awaitility.await(what)
                    .atMost(limit)
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> condition.call() || ended());
        } catch (org.awaitility.core.ConditionTimeoutException timeout) {
            throw new AssertionError(timeout.getMessage() + "\n" + said(), timeout);
        }
    }

    private boolean ended() {
        return !process.isAlive() && readers.stream().noneMatch(Thread::isAlive);
    }

    /** Fails with all it said when it does not end. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("the worker has not ended in " + limit + "\n" + threads() + said());
            }
            for (Thread reader : readers) {
                reader.join();
            }
            return process.exitValue();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    /** What it was doing, when it hangs. */
    private String threads() {
        try {
            return Shell.run("jstack", Long.toString(process.pid()));
        } catch (AssertionError | RuntimeException noJvm) {
            return "no thread dump: " + noJvm.getMessage() + "\n";
        }
    }

    /** @param name TERM, INT, STOP, CONT, KILL */
    public void signal(String name) {
        Shell.run("kill", "-" + name, Long.toString(process.pid()));
    }

    /** The body of a page on the metrics port, with any status. */
    public HttpResponse<String> get(String path) throws IOException {
        try {
            return HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metricsPort() + path))
                            .timeout(Duration.ofSeconds(5))
                            // Without it the registry answers in OpenMetrics, which names counters' types differently.
                            .header("Accept", "text/plain, application/json;q=0.9")
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    public Metrics metrics() throws IOException {
        return Metrics.parse(get("/metrics").body());
    }

    /** Asks for the metrics again and again, for they go with the stream: {@link #lastMetrics}. */
    public WorkerProcess sampling() {
        sampler = new Thread(this::sample, "metrics of worker " + process.pid());
        sampler.setDaemon(true);
        sampler.start();
        return this;
    }

    /** The same, once a second until the stream ends: for classes with many workers whose last figures are what counts. */
    public WorkerProcess samplingSeldom() {
        sampling = SELDOM;
        return sampling();
    }

    private void sample() {
        while (process.isAlive()) {
            metricsIfUp().filter(now -> now.has("worker_stream_state")).ifPresent(now -> sampled = now);
            LockSupport.parkNanos(sampling.toNanos());
        }
    }

    private void logged(String line) {
        LoggedLine logged = LoggedLine.of(line);
        output.add(logged);
        String message = logged.message();
        if (message.startsWith("stream: ") && (message.contains("-> source-lost") || message.contains("-> draining"))) {
            sampling = SAMPLING;
            LockSupport.unpark(sampler);
        }
    }

    /** Empty before the port is open and after it is closed. */
    private Optional<Metrics> metricsIfUp() {
        try {
            return Optional.of(metrics());
        } catch (IOException notUp) {
            return Optional.empty();
        }
    }

    /** The last ones that had the stream's series; at most a little older than the stream's end. */
    public Metrics lastMetrics() {
        if (sampled == null) {
            throw new AssertionError("no metrics were sampled\n" + said());
        }
        return sampled;
    }

    @Override
    public void close() {
        // KILL ends a stopped process, too. One that has ended meanwhile is left alone.
        process.destroyForcibly();
    }
}
