package io.livedub.spool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How two processes that serve find each other; here both are this one. */
class ServingFolderTest {
    private static final long S = 1_000_000_000L;

    @TempDir
    Path folder;

    @Test
    void oneServesAndTheOtherSeesWho() throws IOException {
        ServingFolder first = new ServingFolder(folder);
        ServingFolder second = new ServingFolder(folder);
        assertThat(second.other()).isEmpty();

        assertThat(first.serve()).isTrue();
        assertThat(second.serve()).isFalse();

        assertThat(second.other()).contains(ServingFolder.self());
        assertThat(first.other()).isEmpty();
        assertThat(ServingFolder.isHere(ServingFolder.self())).isTrue();
        assertThat(ServingFolder.isHere("pid 1 on another-machine.example")).isFalse();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".serve/lock"))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(".serve"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aProcessIsSilentWhileItsWordStaysTheSameWhateverTheWallClockSays() throws IOException {
        ServingFolder first = new ServingFolder(folder);
        ServingFolder second = new ServingFolder(folder);
        first.serve();
        Path lock = folder.resolve(".serve/lock");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
        assertThat(second.silentFor(0)).as("the clock was set").isZero();

        assertThat(second.silentFor(S)).isEqualTo(Duration.ofSeconds(1));
        assertThat(second.silentFor(41 * S)).as("nobody looked").isEqualTo(Duration.ofSeconds(2));
        for (int i = 42; i < 50; i++) {
            second.silentFor(i * S);
        }
        assertThat(second.silentFor(50 * S)).isEqualTo(Duration.ofSeconds(11));

        Files.setLastModifiedTime(lock, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
        assertThat(second.silentFor(51 * S)).as("the clock was set back").isZero();
    }

    @Test
    void oneAsksAndTakesItBack() throws IOException {
        ServingFolder first = new ServingFolder(folder);
        ServingFolder second = new ServingFolder(folder);
        first.serve();
        assertThat(first.successor()).isEmpty();

        assertThat(second.ask()).isTrue();
        assertThat(first.successor()).contains(ServingFolder.self());
        assertThat(new ServingFolder(folder).ask()).as("a second successor").isFalse();

        second.withdraw();
        assertThat(first.successor()).isEmpty();
        assertThat(folder.resolve(".serve/successor")).isEmptyFile();
        assertThat(new ServingFolder(folder).ask()).as("the next successor").isTrue();
    }

    @Test
    void whatADeadProcessHasLeftSaysNothing() throws IOException {
        Files.createDirectories(folder.resolve(".serve"));
        Files.writeString(folder.resolve(".serve/successor"), "pid 1 on somewhere");
        Files.writeString(folder.resolve(".serve/lock"), "x".repeat(100_000));
        ServingFolder first = new ServingFolder(folder);

        assertThat(first.successor()).isEmpty();
        assertThat(first.other()).isEmpty();
        assertThat(first.serve()).isTrue();
    }

    @Test
    void noProcessIsKilledForATextInAFile() throws IOException {
        ServingFolder second = new ServingFolder(folder);
        assertThat(second.kill()).as("nobody serves").isFalse();
        new ServingFolder(folder).serve();
        String init = ServingFolder.self().replaceFirst("pid \\d+", "pid 1");
        Files.writeString(folder.resolve(".serve/lock"), init);
        assertThat(second.kill()).as("process 1 does not have the lock").isFalse();
    }

    @Test
    void streamsThatNobodyHasSeenAreLeftByName() throws IOException {
        ServingFolder first = new ServingFolder(folder);
        first.serve();
        ServingFolder second = new ServingFolder(folder);
        assertThat(second.left()).isEmpty();

        first.leave(Set.of(new StreamId("b"), new StreamId("a")));
        assertThat(second.left()).containsExactlyInAnyOrder(new StreamId("a"), new StreamId("b"));
        first.leave(Set.of());
        assertThat(second.left()).isEmpty();

        Files.writeString(folder.resolve(".serve/left"), "a\n../b\n\u0000\n");
        assertThat(second.left()).containsExactly(new StreamId("a"));
        Files.writeString(folder.resolve(".serve/left"), "a\n".repeat(1 << 20));
        assertThat(second.left()).as("more than a process has").isEmpty();
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.createSymbolicLink(folder.resolve(".serve"), elsewhere);
        assertThatThrownBy(() -> new ServingFolder(folder).serve()).isInstanceOf(IOException.class);
        assertThat(elsewhere).isEmptyDirectory();
    }
}
