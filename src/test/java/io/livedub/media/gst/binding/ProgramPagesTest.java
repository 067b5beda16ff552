package io.livedub.media.gst.binding;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;

import io.livedub.media.gst.binding.ProgramPages.Mapping;

import static org.assertj.core.api.Assertions.assertThat;

class ProgramPagesTest {
    private static final long KIB = 1024;

    @Test
    void codeOfAFileCanGo() throws IOException {
        assertThat(unchanged(mapping("r-xp", "/usr/lib/libjvm.so", 300, 0)))
                .containsExactly(new Mapping(0x7f0000001000L, 0x7f0000081000L, 300 * KIB));
    }

    @Test
    void whatTheLinkerRelocatedAndProtectedStays() throws IOException {
        assertThat(unchanged(mapping("r--p", "/usr/lib/libjvm.so", 300, 4))).isEmpty();
    }

    @Test
    void whatCanBeWrittenStays() throws IOException {
        assertThat(unchanged(mapping("rw-p", "/usr/lib/libjvm.so", 300, 0))).isEmpty();
        assertThat(unchanged(mapping("rw-s", "/spool/live.bin", 300, 0))).isEmpty();
    }

    @Test
    void whatIsNoFileStays() throws IOException {
        assertThat(unchanged(mapping("r--p", "", 300, 0))).isEmpty();
        assertThat(unchanged(mapping("r--p", "[vvar]", 300, 0))).isEmpty();
        assertThat(unchanged(mapping("r--s", "/dev/dri/card0", 300, 0))).isEmpty();
    }

    @Test
    void whatIsNotInMemoryIsLeftAlone() throws IOException {
        assertThat(unchanged(mapping("r-xp", "/usr/lib/libjvm.so", 0, 0))).isEmpty();
    }

    @Test
    void eachMappingIsJudgedByItsOwnLines() throws IOException {
        String smaps = mapping("r--p", "/a folder/relro.so", 8, 8)
                + mapping("rw-p", "", 900, 900)
                + mapping("r-xp", "/a folder/code (deleted)", 12, 0)
                + mapping("rw-p", "[heap]", 5, 5);
        assertThat(unchanged(smaps)).extracting(Mapping::residentBytes).containsExactly(12 * KIB);
    }

    /** The real thing, in this process: less of its files is in memory afterwards, and it goes on. */
    @Test
    void pagesOfThisProcessGo() throws IOException {
        GstRuntime.ensure();
        long before = residentFiles();

        ProgramPages.giveBack();

        assertThat(residentFiles()).isLessThan(before * 3 / 4);
        assertThat(ElementCheck.exists("appsrc")).isTrue();
    }

    private static long residentFiles() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssFile:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }

    private static List<Mapping> unchanged(String smaps) throws IOException {
        return ProgramPages.unchanged(new BufferedReader(new StringReader(smaps)));
    }

    private static String mapping(String permissions, String path, int residentKib, int anonymousKib) {
        return "7f0000001000-7f0000081000 " + permissions + " 00001000 fe:00 1234" + " ".repeat(26) + path + "\n"
                + "Size:                512 kB\n"
                + "Rss:                 " + residentKib + " kB\n"
                + "Private_Dirty:         0 kB\n"
                + "Anonymous:           " + anonymousKib + " kB\n"
                + "VmFlags: rd ex mr mw me sd\n";
    }
}
