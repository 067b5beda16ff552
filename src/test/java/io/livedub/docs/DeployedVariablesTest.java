package io.livedub.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A variable that images, manifests or the documents set, and the worker does not read, would be silently without effect. */
class DeployedVariablesTest {
    private static final Pattern VARIABLE = Pattern.compile("\\b(?:WORKER|MEDIAMTX|LOG|OTEL)_[A-Z_]+\\b");

    /** Of compose and of the launcher, not of the worker. */
    private static final Set<String> OTHERS = Set.of(
            "WORKER_BUILD",
            "WORKER_JAVA_OPTS",
            "WORKER_START_AGAIN",
            "MEDIAMTX_IMAGE",
            "MEDIAMTX_PUBLISHER_PASS",
            // Of ./dev.
            "MEDIAMTX_BIN",
            "WORKER_COMMAND");

    /** What serve reads beside the contract's; with its doors in the program they are in the reference too. */
    private static final Set<String> OF_SERVE = Set.of("MEDIAMTX_HLS_URL", "WORKER_SPAWN");

    @Test
    void everyVariableThatIsSetIsRead() throws IOException {
        Set<String> read =
                Variables.all().stream().map(Variables.Described::name).collect(Collectors.toCollection(TreeSet::new));
        read.addAll(OTHERS);
        read.addAll(OF_SERVE);

        Set<String> named = new TreeSet<>();
        for (String folder : new String[] {"docker", "deploy/kubernetes", "deploy/helm", "docs"}) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(DeployedVariablesTest::isText).toList()) {
                    Matcher variable = VARIABLE.matcher(Files.readString(file));
                    while (variable.find()) {
                        named.add(variable.group());
                    }
                }
            }
        }

        assertThat(named).hasSizeGreaterThan(15);
        assertThat(read).containsAll(named);
    }

    /** MediaMTX does not start with a password for the user {@code any}, and the shipped file has one. */
    @Test
    void whoLetsEverybodyWatchTakesThePasswordAway() throws IOException {
        Pattern without = Pattern.compile("MTX_AUTHINTERNALUSERS_2_PASS(?:=(?=[\\s`])|: \"\")");
        int named = 0;
        for (String place : new String[] {"README.md", "docker", "deploy", "docs"}) {
            try (Stream<Path> files = Files.walk(Path.of(place))) {
                for (Path file : files.filter(DeployedVariablesTest::isText).toList()) {
                    String text = Files.readString(file);
                    if (text.contains("MTX_AUTHINTERNALUSERS_2_USER")) {
                        assertThat(text).as("%s", file).containsPattern(without);
                        named++;
                    }
                }
            }
        }

        assertThat(named).isGreaterThan(3);
    }

    private static boolean isText(Path file) {
        return Files.isRegularFile(file) && !file.toString().endsWith(".png");
    }
}
