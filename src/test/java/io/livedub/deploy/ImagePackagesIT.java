package io.livedub.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.media.Component;
import io.livedub.media.gst.binding.ElementCheck;

import static org.assertj.core.api.Assertions.assertThat;

/** The images are made of the packages of GStreamer and its TLS that {@code stream-worker check} names, and hold the plugins of those elements. */
class ImagePackagesIT {
    private static final Pattern PACKAGE =
            Pattern.compile("^ +(\\S*gstreamer\\S*|glib-networking) \\\\$", Pattern.MULTILINE);

    private static final Pattern ELEMENTS = Pattern.compile("^ELEMENTS=\"([^\"]+)\"$", Pattern.MULTILINE);

    @ParameterizedTest
    @ValueSource(strings = {"jvm", "native"})
    void theImageHoldsWhatIsNeeded(String build) throws IOException {
        Set<String> needed = ElementCheck.run().stream()
                .map(Component::debianPackage)
                .collect(Collectors.toCollection(TreeSet::new));
        // gst-inspect-1.0 says which file an element is in.
        needed.add("gstreamer1.0-tools");

        Set<String> installed = PACKAGE.matcher(Files.readString(Path.of("docker", "Dockerfile." + build)))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(installed).isEqualTo(needed);
    }

    @Test
    void theImageHoldsThePluginsOfAllElements() throws IOException {
        Set<String> needed = ElementCheck.run().stream()
                .map(Component::name)
                .filter(name -> !name.equals("rtmps"))
                .collect(Collectors.toCollection(TreeSet::new));

        Matcher elements = ELEMENTS.matcher(Files.readString(Path.of("docker", "image", "collect.sh")));

        assertThat(elements.find()).isTrue();
        assertThat(Set.of(elements.group(1).split(" "))).isEqualTo(needed);
    }
}
