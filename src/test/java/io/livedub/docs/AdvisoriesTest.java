package io.livedub.docs;

import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import io.livedub.docs.Advisories.Advisory;

import static org.assertj.core.api.Assertions.assertThat;

class AdvisoriesTest {
    /** A jar's place in a local repository: group as folders, artifact, version, file. */
    private static final Pattern JAR = Pattern.compile(".*/repository/(.+)/([^/]+)/([^/]+)/[^/]+\\.jar");

    private static Map<String, String> classPath() {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Map<String, String> versions = new HashMap<>();
        for (String entry : path.split(File.pathSeparator)) {
            Matcher jar = JAR.matcher(entry);
            if (jar.matches()) {
                versions.put(jar.group(1).replace('/', '.') + ":" + jar.group(2), jar.group(3));
            }
        }
        return versions;
    }

    @Test
    void noLibraryIsOlderThanItsAdvisoriesAllow() throws IOException {
        Map<String, String> versions = classPath();
        List<Advisory> advisories = Advisories.all();

        assertThat(Advisories.complaints(advisories, versions)).isEmpty();
        assertThat(versions.keySet())
                .as("a line for a library that is not here says nothing")
                .containsAll(advisories.stream().map(Advisory::library).toList());
    }

    @Test
    void anOldLibraryAndAForgottenLineAreFound() {
        Advisory fixed = new Advisory("a:b", "4.1.129.Final", "CVE-1", false, "r");
        Advisory accepted = new Advisory("a:b", "4.1.129.Final", "CVE-2", true, "r");

        assertThat(Advisories.complaints(List.of(fixed, accepted), Map.of("a:b", "4.1.98.Final")))
                .singleElement()
                .asString()
                .contains("CVE-1", "4.1.129.Final");
        assertThat(Advisories.complaints(List.of(fixed, accepted), Map.of("a:b", "4.1.129.Final")))
                .singleElement()
                .asString()
                .contains("CVE-2");
        assertThat(Advisories.complaints(List.of(fixed), Map.of("a:b", "4.2.0")))
                .isEmpty();
        assertThat(Advisories.compare("20090211", "20231013")).isNegative();
    }
}
