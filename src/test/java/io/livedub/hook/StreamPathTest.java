package io.livedub.hook;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class StreamPathTest {
    @Test
    void aSourceIsTold() {
        assertThat(StreamPath.parse("live", "live/a-1/in"))
                .contains(new StreamPath(new StreamId("a-1"), StreamPath.Direction.IN));
        assertThat(StreamPath.parse("live", "live/a-1/in-backup"))
                .contains(new StreamPath(new StreamId("a-1"), StreamPath.Direction.BACKUP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"live/a/out", "live/a/out-es", "live/a/out-pt-br", "live/a/out-original", "live/a/out-PT-BR"})
    void everyOutputIsAnOutput(String path) {
        assertThat(StreamPath.parse("live", path))
                .contains(new StreamPath(new StreamId("a"), StreamPath.Direction.OUT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "live/a",
                "live/a/b/in",
                "other/a/in",
                "live/a b/in",
                "live/a/out-",
                "live/a/output",
                "live/a/out-ES!",
                "live//in"
            })
    void othersAreNotOurs(String path) {
        assertThat(StreamPath.parse("live", path)).isEmpty();
    }
}
