package io.livedub.media.gst.binding;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class NativeAccessTest {
    private static final List<String> MOUNTS = List.of(
            "overlay / overlay ro,relatime 0 0",
            "tmpfs /tmp tmpfs rw,nosuid,nodev,noexec,relatime 0 0",
            "tmpfs /tmp/cache tmpfs rw,nosuid 0 0");

    @Test
    void aNativeImageThatCannotLoadIsToldOfNoexec() {
        String said = NativeAccess.explain("Can't load library: /tmp/JNA/temp/jna1.tmp", MOUNTS);

        assertThat(said).contains("mounted with noexec").contains("jna.tmpdir");
    }

    @Test
    void theDeepestMountPointDecides() {
        String said = NativeAccess.explain("Can't load library: /tmp/cache/JNA/temp/jna1.tmp", MOUNTS);

        assertThat(said).contains("cannot be loaded").doesNotContain("noexec");
    }

    @Test
    void theDynamicLinkersOwnWordsAreKnown() {
        String said = NativeAccess.explain("/tmp/jna1.tmp: failed to map segment from shared object", List.of());

        assertThat(said).contains("mounted with noexec");
    }

    @Test
    void aFolderThatCannotBeWrittenIsToldApart() {
        String said = NativeAccess.explain("Permission denied\n\tat x", List.of());

        assertThat(said).contains("cannot be unpacked").doesNotContain("\n");
    }
}
