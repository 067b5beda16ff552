package io.livedub.sts.protocol;

import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the contract does not allow cannot even be made. */
class OutgoingTest {
    private static Outgoing.Init init(String id, int chunk, int rate, int channels, int window, int timeout) {
        return new Outgoing.Init(new StreamId("s"), id, "en", "es", "default", chunk, rate, channels, window, timeout);
    }

    private static Outgoing.FragmentData data(String id, int number, int rate, int channels, int duration) {
        return new Outgoing.FragmentData(id, new StreamId("s"), number, 1, rate, channels, duration, "AA==", 0, 0);
    }

    @Test
    void refusesIdsAndNumbersOutOfRange() {
        for (String id : new String[] {null, "", "a b", "ä", "x".repeat(65)}) {
            assertThatThrownBy(() -> init(id, 6_000, 48_000, 2, 3, 8_000)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> data(id, 0, 48_000, 2, 6_000)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Outgoing.FragmentAck(id, true, 0))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> init("s", 99, 48_000, 2, 3, 8_000)).hasMessageContaining("chunk_duration_ms");
        assertThatThrownBy(() -> init("s", 6_001, 48_000, 2, 3, 8_000)).hasMessageContaining("chunk_duration_ms");
        assertThatThrownBy(() -> init("s", 6_000, 0, 2, 3, 8_000)).hasMessageContaining("sample_rate_hz");
        assertThatThrownBy(() -> init("s", 6_000, 48_000, 0, 3, 8_000)).hasMessageContaining("channels");
        assertThatThrownBy(() -> init("s", 6_000, 48_000, 2, 11, 8_000)).hasMessageContaining("max_inflight");
        assertThatThrownBy(() -> init("s", 6_000, 48_000, 2, 3, 999)).hasMessageContaining("timeout_ms");
        assertThatThrownBy(() -> data("f", -1, 48_000, 2, 6_000)).hasMessageContaining("sequence_number");
        assertThatThrownBy(() -> data("f", 0, 48_000, 2, -1)).hasMessageContaining("duration_ms");
    }

    @Test
    void anAbsentReasonIsLeftOut() {
        assertThat(new Outgoing.End(new StreamId("s"), null).payload()).containsOnlyKeys("stream_id");
        assertThat(new Outgoing.Pause(new StreamId("s"), "r").payload()).containsOnlyKeys("stream_id", "reason");
    }

    @Test
    void audioIsNotPrinted() {
        assertThat(data("f", 7, 48_000, 2, 6_000)).hasToString("FragmentData[f, sequence 7]");
    }
}
