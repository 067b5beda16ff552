package io.livedub.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The launcher beside a native binary; on the JVM every integration test goes through it. */
class LauncherTest {
    @TempDir
    Path folder;

    private Path launcher;
    private int code;
    private String lastLine;

    @BeforeEach
    void binaryThatSaysWhatItWasGiven() throws IOException {
        launcher = script("stream-worker", Files.readString(Path.of("src/main/launcher/stream-worker")));
        script("stream-worker-runner", "#!/bin/sh\necho \"$*\"\necho \"$MALLOC_ARENA_MAX $WORKER_CHILD_COMMAND\"\n");
    }

    @Test
    void oneStreamHasASmallHeap() throws Exception {
        assertThat(said(Map.of(), "run", "--stream-id", "a b"))
                .containsExactly("-Xmn10m -Xmx192m -XX:MaxHeapFree=2097152 run --stream-id a b", "2 " + launcher);
    }

    @Test
    void manyStreamsShareHalfTheMemory() throws Exception {
        assertThat(said(Map.of())).startsWith("-XX:MaximumHeapSizePercent=50 -XX:MaxHeapFree=4194304");
        assertThat(said(Map.of(), "serve")).startsWith("-XX:MaximumHeapSizePercent=50 -XX:MaxHeapFree=4194304 serve");
    }

    @ParameterizedTest
    @CsvSource({
        "'', ' -XX:MaxHeapFree=4194304'",
        "0, ' -XX:MaxHeapFree=4194304'",
        "1, ' -XX:MaxHeapFree=4194304'",
        "2, ' -XX:MaxHeapFree=4194304 -Xmn12m'",
        "10, ' -XX:MaxHeapFree=4194304 -Xmn12m'",
        "11, ' -Xmn14m'",
        "36, ' -Xmn64m'",
        "1000, ' -Xmn64m'",
        "010, ' -XX:MaxHeapFree=4194304'",
        "many, ' -XX:MaxHeapFree=4194304'",
        "99999, ' -XX:MaxHeapFree=4194304'"
    })
    void theHeapFollowsTheCapacity(String streams, String options) throws Exception {
        assertThat(said(Map.of("WORKER_MAX_STREAMS", streams), "serve"))
                .startsWith("-XX:MaximumHeapSizePercent=50" + options + " serve");
        assertThat(said(Map.of("WORKER_MAX_STREAMS", streams, "WORKER_SPAWN", "process"), "serve"))
                .startsWith("-XX:MaximumHeapSizePercent=50 -XX:MaxHeapFree=4194304 serve");
    }

    @Test
    void whatTheUserGivesComesLast() throws Exception {
        Map<String, String> environment =
                Map.of("WORKER_JAVA_OPTS", "-Xmx200m -Da=b", "MALLOC_ARENA_MAX", "1", "WORKER_CHILD_COMMAND", "/own");

        assertThat(said(environment, "run"))
                .containsExactly("-Xmn10m -Xmx192m -XX:MaxHeapFree=2097152 -Xmx200m -Da=b run", "1 /own");
    }

    @Test
    void withoutJarsAndBinaryItSaysSo() throws Exception {
        Files.delete(folder.resolve("stream-worker-runner"));

        assertThat(said(Map.of()))
                .singleElement()
                .asString()
                .contains("no quarkus-run.jar")
                .contains("no stream-worker-runner");
    }

    @Test
    void aProcessThatWasKilledIsStartedAgainWhereThatIsAskedFor() throws Exception {
        script(
                "stream-worker-runner",
                "#!/bin/sh\necho begun\n[ -e \"$0.once\" ] || { : > \"$0.once\"; kill -9 $$; }\nexit 3\n");

        assertThat(said(Map.of("WORKER_START_AGAIN", "on"), "run"))
                .containsExactly(
                        "begun", "stream-worker: the process ended with exit code 137 and is started again", "begun");
        assertThat(code).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {99, 132, 133, 136})
    void aCrashInNativeCodeIsStartedAgainAsWell(int exitCode) throws Exception {
        script(
                "stream-worker-runner",
                "#!/bin/sh\necho begun\n[ -e \"$0.once\" ] || { : > \"$0.once\"; exit " + exitCode + "; }\n");

        assertThat(said(Map.of("WORKER_START_AGAIN", "on"), "run"))
                .containsExactly(
                        "begun",
                        "stream-worker: the process ended with exit code " + exitCode + " and is started again",
                        "begun");
        assertThat(code).isZero();
    }

    @Test
    void withoutThatItsEndIsTheEnd() throws Exception {
        script("stream-worker-runner", "#!/bin/sh\necho begun\nkill -9 $$\n");

        assertThat(said(Map.of(), "run")).containsExactly("begun");
        assertThat(code).isEqualTo(137);
    }

    @Test
    void oneThatCrashesAtOnceIsGivenUp() throws Exception {
        script("stream-worker-runner", "#!/bin/sh\necho begun\nexit 70\n");

        assertThat(said(Map.of("WORKER_START_AGAIN", "on", "LOG_FORMAT", "json"), "run"))
                .filteredOn("begun"::equals)
                .hasSize(3);
        assertThat(code).isEqualTo(70);
        assertThat(lastLine)
                .matches(
                        "\\{\"timestamp\":\"[-0-9T:.]+Z\",\"level\":\"WARN\",\"logger\":\"launcher\",\"message\":\"[^\"]+giving up\"}");
    }

    @Test
    void aSignalReachesTheProcessAndIsTheEnd() throws Exception {
        script(
                "stream-worker-runner",
                "#!/bin/sh\ntrap 'echo drained; exit 143' TERM\necho begun\nkill -TERM $PPID\nwhile :; do sleep 0.1; done\n");

        assertThat(said(Map.of("WORKER_START_AGAIN", "on"), "run")).containsExactly("begun", "drained");
        assertThat(code).isEqualTo(143);
    }

    @Test
    void itsFolderMayHaveASpaceInItsName() throws Exception {
        Path app = Files.createDirectories(folder.toRealPath().resolve("a b/quarkus-app"));
        Path java = Files.createDirectories(folder.toRealPath().resolve("jdk/bin"));
        Files.createFile(app.resolve("quarkus-run.jar"));
        Files.createFile(app.resolve("stream-worker.jsa"));
        launcher = script("a b/stream-worker", Files.readString(Path.of("src/main/launcher/stream-worker")));
        script("jdk/bin/java", "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");

        List<String> said = said(Map.of("JAVA_HOME", java.getParent().toString()), "run", "x");

        assertThat(said)
                .contains("-XX:SharedArchiveFile=" + app.resolve("stream-worker.jsa"))
                .endsWith("-jar", app.resolve("quarkus-run.jar").toString(), "run", "x");
    }

    @Test
    void theArchiveIsMadeThereAndItsWorkerEndsWithTheScript() throws Exception {
        Path app = Files.createDirectories(folder.toRealPath().resolve("a b/quarkus-app"));
        Path archive = script("a b/class-archive", Files.readString(Path.of("src/main/launcher/class-archive")));
        script(
                "a b/stream-worker",
                "#!/bin/sh\ncd \"$(dirname \"$0\")\"\necho \"$OLDPWD $WORKER_JAVA_OPTS\" >said\necho $$ >pid\nexec sleep 60\n");
        Path pid = app.resolveSibling("pid");

        Process process = new ProcessBuilder(archive.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Awaitility.await().until(() -> Files.exists(pid) && Files.size(pid) > 0);
        process.destroy();

        assertThat(app.resolveSibling("said")).hasContent(app + " -XX:ArchiveClassesAtExit=stream-worker.jsa");
        long worker = Long.parseLong(Files.readString(pid).strip());
        Awaitility.await()
                .until(() ->
                        !ProcessHandle.of(worker).map(ProcessHandle::isAlive).orElse(false));
    }

    private List<String> said(Map<String, String> environment, String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString()).redirectErrorStream(true);
        builder.command().addAll(List.of(arguments));
        builder.environment().keySet().removeIf(name -> name.startsWith("WORKER_") || name.equals("MALLOC_ARENA_MAX"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        code = process.waitFor();
        lastLine = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
        return lines;
    }

    private Path script(String name, String text) throws IOException {
        Path script = Files.writeString(folder.toRealPath().resolve(name), text);
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
