package io.livedub.stream;

import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.livedub.config.Environment;
import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class StreamSpecTest {
    private static StreamSpec spec(String... variables) {
        return StreamSpec.of(Environment.read(variables), new StreamId("x"), StreamSpec.Defaults.SERVE);
    }

    @Test
    void urlsAreThoseOfTheContract() {
        assertThat(spec().inputUrl()).isEqualTo("rtmp://localhost:1935/live/x/in");
        assertThat(spec().outputUrl()).isEqualTo("rtmp://localhost:1935/live/x/out");
    }

    @Test
    void aBackupIsReadBesideTheSourceWhereTheSettingsSaySo() {
        assertThat(spec().backup()).isEmpty();
        assertThat(spec("WORKER_BACKUP", "on").backup()).contains("rtmp://localhost:1935/live/x/in-backup");
        assertThat(spec().withBackup(Optional.of("rtmp://b/x")).backup()).contains("rtmp://b/x");
        assertThat(spec().withBackup(Optional.of("rtmp://b/x")).settings().backup())
                .isTrue();
    }

    @Test
    void theLoginStandsInTheQueryAndNowhereElse() {
        StreamSpec spec = spec("MEDIAMTX_USER", "wor&ker", "MEDIAMTX_PASS", "ab#c&d+e=%", "MEDIAMTX_RTMP_TLS", "on");

        assertThat(spec.outputUrl())
                .isEqualTo("rtmps://localhost:1935/live/x/out?user=wor%26ker&pass=ab%23c%26d%2Be%3D%25");
        assertThat(spec.inputUrl())
                .isEqualTo("rtmps://localhost:1935/live/x/in?user=wor%26ker&pass=ab%23c%26d%2Be%3D%25");
        assertThat(spec.toString()).isEqualTo("StreamSpec[streamId=x]");
    }
}
