package io.livedub.stream;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import io.livedub.stream.events.LanguagePhase;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.SegmentEvent;

import static org.assertj.core.api.Assertions.assertThat;

class StreamBoardTest {
    private static final long SECOND = 1_000_000_000L;

    private final StreamBoard board = new StreamBoard(InstantSource.system());

    @Test
    void aLanguageThatWasAddedAMomentAgoIsHeardBehindTheOthers() {
        // given
        begins("es", "out");
        board.accept(aired(6 * SECOND).of("es"));

        // when
        begins("fr", "out-fr");

        // then
        assertThat(board.status().offeredNs(Optional.of("fr"))).hasValue(12 * SECOND);
        assertThat(board.status().offeredNs(Optional.empty())).hasValue(12 * SECOND);
        assertThat(board.status().offeredNs(Optional.of("de"))).isEmpty();
    }

    @Test
    void aStreamThatGoesOnBehindAnotherProcessIsHeardBehindWhatThatOneHasDecided() {
        // given
        begins("es", "out");

        // when
        board.accept(new LifeEvent.Resumed(Duration.ofSeconds(2), 40, 30 * SECOND));
        board.accept(new SegmentEvent.Cut(UUID.randomUUID(), 7, 6 * SECOND, 0, true));

        // then
        assertThat(board.status().offeredNs(Optional.empty())).hasValue(30 * SECOND);
        assertThat(board.status().first().cutNs()).isEqualTo(36 * SECOND);
    }

    @Test
    void knowsWhichLanguageIsAtOutFromTheirFirstWords() {
        assertThat(board.atOut()).isEmpty();

        begins("fr", "out-fr");
        assertThat(board.atOut()).contains("");

        begins("es", "out");
        board.accept(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.ON_AIR, "published").of("es"));
        assertThat(board.atOut()).contains("es");
    }

    /** Of a Job that another version has begun. */
    @Test
    void doesNotTakeAnyWordForAnOutput() {
        begins("es", "es");

        assertThat(board.atOut()).isEmpty();
        assertThat(board.status().first().output()).isEmpty();
    }

    private void begins(String language, String output) {
        board.accept(new LifeEvent.LanguageLife(LanguagePhase.STARTING, LanguagePhase.STARTING, output).of(language));
    }

    private static SegmentEvent.Aired aired(long outputNs) {
        return new SegmentEvent.Aired(UUID.randomUUID(), 1, outputNs, 0, 6 * SECOND, true, "", "", "");
    }
}
