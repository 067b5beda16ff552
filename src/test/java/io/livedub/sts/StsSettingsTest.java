package io.livedub.sts;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class StsSettingsTest {
    private static StsSettings with(
            String url, String key, String id, int chunkMs, int timeoutMs, int retries, int window) {
        return new StsSettings(
                URI.create(url),
                key,
                new StreamId("a"),
                id,
                "en",
                "es",
                "default",
                Duration.ofMillis(chunkMs),
                Duration.ofMillis(timeoutMs),
                retries,
                window,
                StsSettings.Loss.EXIT,
                StsSettings.Timing.CONTRACT);
    }

    @Test
    void neverPrintsTheKey() {
        StsSettings settings = with("http://sts:1", "top-secret", "a", 6_000, 8_000, 2, 3);

        assertThat(settings.toString()).doesNotContain("top-secret").contains("apiKey=***");
        assertThat(with("http://sts:1", " ", "a", 6_000, 8_000, 2, 3).toString())
                .contains("apiKey=none");
        assertThat(with("http://sts:1", " key ", "a", 6_000, 8_000, 2, 3).apiKey())
                .isEqualTo("key");
        assertThatThrownBy(() -> with("http://sts:1", "top secret\n1", "a", 6_000, 8_000, 2, 3))
                .hasMessageContaining("apiKey")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://sts", "https://sts:8443/", "ws://127.0.0.1:1", "wss://[::1]:2"})
    void takesTheContractsUrls(String url) {
        assertThatCode(() -> with(url, null, "a", 6_000, 8_000, 2, 3)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ftp://sts",
                "sts:80",
                "//sts",
                "http:///",
                "http://me:pw@sts",
                "http://sts/path",
                "http://sts?x=1",
                "http://sts#x"
            })
    void refusesOtherUrls(String url) {
        assertThatThrownBy(() -> with(url, null, "a", 6_000, 8_000, 2, 3)).hasMessageContaining("serviceUrl");
    }

    @ParameterizedTest
    @CsvSource({
        "a b, 6000, 8000, 2, 3, Id",
        "'', 6000, 8000, 2, 3, Id",
        "a, 99, 8000, 2, 3, chunkDuration",
        "a, 30001, 8000, 2, 3, chunkDuration",
        "a, 6000, 999, 2, 3, timeout",
        "a, 6000, 30001, 2, 3, timeout",
        "a, 6000, 8000, -1, 3, maxRetries",
        "a, 6000, 8000, 11, 3, maxRetries",
        "a, 6000, 8000, 2, 0, maxInflight",
        "a, 6000, 8000, 2, 11, maxInflight"
    })
    void refusesWhatTheContractDoesNotAllow(String id, int chunk, int timeout, int retries, int window, String named) {
        assertThatThrownBy(() -> with("http://sts", null, id, chunk, timeout, retries, window))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void refusesWaitsThatAreNone() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new StsSettings.Timing(Duration.ZERO, second, List.of(second), second, 5, second))
                .hasMessageContaining("ready");
        assertThatThrownBy(() -> new StsSettings.Timing(second, second.negated(), List.of(second), second, 5, second))
                .hasMessageContaining("complete");
        assertThatThrownBy(() -> new StsSettings.Timing(second, second, List.of(), second, 5, second))
                .hasMessageContaining("reconnectDelays");
        assertThatThrownBy(() -> new StsSettings.Timing(second, second, List.of(second), second, 0, second))
                .hasMessageContaining("breakerFailures");
    }

    @Test
    void theContractsWaits() {
        assertThat(StsSettings.Timing.CONTRACT.reconnectDelays())
                .extracting(Duration::toSeconds)
                .containsExactly(2L, 4L, 8L, 16L, 32L);
        assertThat(StsSettings.Timing.CONTRACT.reconnectDelay(1)).hasSeconds(2);
        assertThat(StsSettings.Timing.CONTRACT.reconnectDelay(9)).hasSeconds(32);
    }
}
