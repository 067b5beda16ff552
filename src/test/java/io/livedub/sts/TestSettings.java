package io.livedub.sts;

import java.net.URI;
import java.time.Duration;

import io.livedub.id.StreamId;

/** Settings of a stream that is dubbed from English to Spanish, with the contract's times. */
public final class TestSettings {
    private TestSettings() {}

    public static StsSettings of(URI url, String key, StsSettings.Loss loss, int maxRetries, int maxInflight) {
        return new StsSettings(
                url,
                key,
                new StreamId("stream-1"),
                "worker-1",
                "en",
                "es",
                "default",
                Duration.ofSeconds(6),
                Duration.ofSeconds(8),
                maxRetries,
                maxInflight,
                loss,
                StsSettings.Timing.CONTRACT);
    }
}
