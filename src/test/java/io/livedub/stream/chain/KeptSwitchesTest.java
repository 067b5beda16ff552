package io.livedub.stream.chain;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.id.StreamId;
import io.livedub.spool.SpoolFolder;
import io.livedub.spool.SpoolPlace;
import io.livedub.stream.StreamCommand.SwitchDub;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class KeptSwitchesTest {
    private static final SwitchDub ON = new SwitchDub(Optional.of("es"), true, Optional.empty());
    private static final SwitchDub OFF = new SwitchDub(Optional.of("es"), false, Optional.empty());

    @TempDir
    Path segments;

    private Instant now = Instant.parse("2026-11-29T16:00:00Z");

    /** As a process begins that goes on with the stream. */
    private KeptSwitches next() {
        SpoolFolder folder = new SpoolFolder(segments, new StreamId("a"));
        SpoolPlace place = new SpoolPlace(folder, () -> null, new UUID(0, 0), Runnable::run, new VirtualClock(0));
        return new KeptSwitches(place, () -> now, folder.switches());
    }

    private static SwitchDub offFor(int seconds) {
        return new SwitchDub(Optional.of("es"), false, Optional.of(Duration.ofSeconds(seconds)));
    }

    @Test
    void whatIsOffStaysOffUntilItIsOn() {
        next().keep("es", OFF);

        assertThat(next().of("es")).contains(OFF);
        assertThat(next().of("fr")).isEmpty();

        next().keep("es", ON);

        assertThat(next().of("es")).isEmpty();
    }

    @Test
    void itsTimeGoesOnMeanwhile() {
        next().keep("es", offFor(30));

        now = now.plusSeconds(12);

        assertThat(next().of("es")).contains(offFor(18));

        now = now.plusSeconds(18);

        assertThat(next().of("es")).isEmpty();
    }

    @Test
    void aLanguageThatIsRemovedIsForgotten() {
        KeptSwitches switches = next();
        switches.keep("es", OFF);
        switches.keep("fr", OFF);

        switches.forget("es");

        assertThat(next().of("es")).isEmpty();
        assertThat(next().of("fr")).isPresent();
    }

    @Test
    void aFileThatNobodyUnderstandsSaysNothing() {
        new SpoolFolder(segments, new StreamId("a")).keepSwitches("es\nes soon\n\n fr - -\n");

        assertThat(next().of("es")).isEmpty();
        assertThat(next().of("fr")).isEmpty();
    }
}
