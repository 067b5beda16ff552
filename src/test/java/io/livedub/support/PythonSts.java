package io.livedub.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Assumptions;

/** An STS service of {@code src/test/python} in a process, run by a Python of the tests' own under {@code target}. */
public final class PythonSts extends SteeredStsServer {
    private static final Path SOURCES = Path.of("src", "test", "python");

    private final Process process;

    private PythonSts(Process process, URI url) {
        super(url);
        this.process = process;
    }

    /** {@code sts_server.py}. Skips the test, and says why, when there is no Python or its packages cannot be installed. */
    public static PythonSts start(String... arguments) {
        return startScript("sts_server.py", arguments);
    }

    /** The protocol of {@code examples/sts-offline}, its models replaced by a stand-in. Skips the test like {@link #start}. */
    public static PythonSts startOffline() {
        return startScript("sts_offline_doors.py");
    }

    private static PythonSts startScript(String script, String... arguments) {
        try {
            List<String> command = new ArrayList<>(
                    List.of(python().toString(), SOURCES.resolve(script).toString()));
            command.addAll(Arrays.asList(arguments));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            String port = output.readLine();
            if (port == null) {
                throw new IllegalStateException(script + " did not start");
            }
            return new PythonSts(process, URI.create("http://127.0.0.1:" + port));
        } catch (IOException e) {
            throw new IllegalStateException(script + " cannot be started", e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** At once, without a goodbye. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Stops it where it is; its connections stay open. */
    public void freeze() {
        run(List.of("kill", "-STOP", Long.toString(pid())), Path.of("target", "python-sts.log"));
    }

    /** Lets it go on. */
    public void thaw() {
        run(List.of("kill", "-CONT", Long.toString(pid())), Path.of("target", "python-sts.log"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Path python() throws IOException {
        return BuildLock.holding("python-sts", PythonSts::install);
    }

    private static Path install() throws IOException {
        Path home = Path.of("target", "python-sts").toAbsolutePath();
        Path python = home.resolve("bin").resolve("python");
        Path installed = home.resolve("installed.txt");
        String wanted = Files.readString(SOURCES.resolve("requirements.txt"));
        if (Files.exists(installed) && Files.readString(installed).equals(wanted)) {
            return python;
        }
        Path log = Path.of("target", "python-sts.log");
        Files.createDirectories(home);
        Assumptions.assumeTrue(
                run(List.of("python3", "-m", "venv", home.toString()), log),
                "python3 with venv is not here: the independent STS server cannot run, see " + log);
        String requirements = SOURCES.resolve("requirements.txt").toString();
        Assumptions.assumeTrue(
                run(List.of(python.toString(), "-m", "pip", "install", "-q", "-r", requirements), log),
                "pip could not install the packages of " + requirements + ", see " + log);
        Files.writeString(installed, wanted);
        return python;
    }

    private static boolean run(List<String> command, Path log) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return false;
            }
            return process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
