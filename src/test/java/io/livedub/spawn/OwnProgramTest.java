package io.livedub.spawn;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class OwnProgramTest {
    private static final String JAR = "target/quarkus app/quarkus-run.jar";

    @Test
    void aJarIsStartedByTheSameJavaWithTheSameOptions() {
        assertThat(OwnProgram.java("/usr/bin/java", List.of("-Xmx200m", "-Djna.tmpdir=/x"), JAR, JAR + " serve"))
                .containsExactly("/usr/bin/java", "-Xmx200m", "-Djna.tmpdir=/x", "-jar", JAR);
        assertThat(OwnProgram.java("java", List.of(), JAR, JAR)).containsExactly("java", "-jar", JAR);
    }

    @Test
    void aClassIsStartedByItsClassPath() {
        assertThat(OwnProgram.java("java", List.of(), "a.jar:b.jar", "io.livedub.Main serve --x"))
                .containsExactly("java", "-cp", "a.jar:b.jar", "io.livedub.Main");
    }

    @Test
    void settingsAndPortsOfTheParentStayWithIt() {
        List<String> options = List.of(
                "-Dworker.hook-secret=s",
                "-Dlog.format=text",
                "-agentlib:jdwp=transport=dt_socket,address=5005",
                "-Dcom.sun.management.jmxremote.port=9010",
                "-Dquarkus.http.port=1",
                "-Dfile.encoding=UTF-8");

        assertThat(OwnProgram.java("java", options, JAR, JAR + " serve"))
                .containsExactly("java", "-Dfile.encoding=UTF-8", "-jar", JAR);
    }
}
