package io.livedub.sts;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

import io.livedub.id.IdForm;
import io.livedub.id.StreamId;

/**
 * What a session needs to know, checked once.
 *
 * @param serviceUrl {@code http(s)://host[:port]} or {@code ws(s)://host[:port]}, without a path
 * @param apiKey sent as a bearer token; null or blank: no token is sent; never printed
 * @param streamId of the session: not the stream's own when it is dubbed into more languages than one
 * @param chunkDuration the segment duration; 0.1…30 s. Servers accept at most 6 s: a longer one is announced as 6 s
 * @param timeout for one fragment, from sending; 1…30 s
 * @param maxRetries resends of one fragment; 0…10
 * @param maxInflight asked for in {@code stream:init}; 1…10
 * @param loss what follows after the last failed reconnect
 * @param timing every other wait of the session
 */
public record StsSettings(
        URI serviceUrl,
        String apiKey,
        StreamId streamId,
        String workerId,
        String sourceLanguage,
        String targetLanguage,
        String voiceProfile,
        Duration chunkDuration,
        Duration timeout,
        int maxRetries,
        int maxInflight,
        Loss loss,
        Timing timing) {
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x21-\\x7e]{1,4096}");
    private static final List<String> SCHEMES = List.of("http", "https", "ws", "wss");

    /** The behaviour of a session when all reconnect attempts have failed. */
    public enum Loss {
        /** {@link StsSession#lost()} completes and nothing more is tried. */
        EXIT,
        /** Original audio, and an attempt after every longest delay, for ever. */
        ORIGINAL
    }

    /**
     * Waits that the contract fixes; a record of their own so that tests and configuration can shorten them.
     *
     * @param ready for a connection, and again for {@code stream:ready} after {@code stream:init}
     * @param complete for {@code stream:complete} after {@code stream:end}
     * @param reconnectDelays before each attempt; their number is the number of attempts
     * @param pauseProbe how long a {@code pause} is obeyed without a word before one fragment is sent as a probe
     * @param breakerFailures consecutive retryable failures that open the breaker
     * @param breakerOpen how long it stays open
     */
    public record Timing(
            Duration ready,
            Duration complete,
            List<Duration> reconnectDelays,
            Duration pauseProbe,
            int breakerFailures,
            Duration breakerOpen) {
        public static final Timing CONTRACT = new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                List.of(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(32)),
                Duration.ofSeconds(30),
                5,
                Duration.ofSeconds(30));

        public Timing {
            positive("ready", ready);
            positive("complete", complete);
            positive("pauseProbe", pauseProbe);
            positive("breakerOpen", breakerOpen);
            reconnectDelays = List.copyOf(reconnectDelays);
            require(!reconnectDelays.isEmpty(), "reconnectDelays: at least one is needed");
            reconnectDelays.forEach(delay -> positive("reconnectDelays", delay));
            require(breakerFailures >= 1, "breakerFailures: at least 1, is " + breakerFailures);
        }

        /** The same with another wait for a pause that is never cleared: the one wait that the contract leaves to configuration. */
        public Timing withPauseProbe(Duration wait) {
            return new Timing(ready, complete, reconnectDelays, wait, breakerFailures, breakerOpen);
        }

        /** Before attempt {@code attempt} (from 1); the longest one from the last attempt on. */
        Duration reconnectDelay(int attempt) {
            return reconnectDelays.get(Math.min(attempt, reconnectDelays.size()) - 1);
        }
    }

    public StsSettings {
        require(
                serviceUrl != null && serviceUrl.getScheme() != null && SCHEMES.contains(serviceUrl.getScheme()),
                "serviceUrl: http(s)://host:port or ws(s)://host:port is needed");
        // Of a host name with an underscore, as Docker Compose has them, URI knows the authority alone.
        require(serviceUrl.getRawAuthority() != null, "serviceUrl: has no host");
        require(
                serviceUrl.getUserInfo() == null,
                "serviceUrl: must not hold credentials; there is an API key for that");
        require(
                serviceUrl.getPath() == null || serviceUrl.getPath().isEmpty() || "/".equals(serviceUrl.getPath()),
                "serviceUrl: must not have a path; the protocol's is /socket.io/");
        require(
                serviceUrl.getQuery() == null && serviceUrl.getFragment() == null,
                "serviceUrl: must end after the port");
        apiKey = apiKey == null || apiKey.isBlank() ? null : apiKey.strip();
        require(
                apiKey == null || HEADER_VALUE.matcher(apiKey).matches(),
                "apiKey: only visible ASCII characters can be sent in a header");
        Objects.requireNonNull(streamId, "streamId");
        require(IdForm.matches(workerId), "workerId: " + IdForm.TEXT + " is needed");
        text("sourceLanguage", sourceLanguage);
        text("targetLanguage", targetLanguage);
        text("voiceProfile", voiceProfile);
        range("chunkDuration", chunkDuration, 100, 30_000);
        range("timeout", timeout, 1_000, 30_000);
        require(maxRetries >= 0 && maxRetries <= 10, "maxRetries: 0…10, is " + maxRetries);
        require(maxInflight >= 1 && maxInflight <= 10, "maxInflight: 1…10, is " + maxInflight);
        Objects.requireNonNull(loss, "loss");
        Objects.requireNonNull(timing, "timing");
    }

    /** The same for another address, which gets no API key. */
    public StsSettings at(URI address) {
        return new StsSettings(
                address,
                null,
                streamId,
                workerId,
                sourceLanguage,
                targetLanguage,
                voiceProfile,
                chunkDuration,
                timeout,
                maxRetries,
                maxInflight,
                loss,
                timing);
    }

    /** For the {@code Authorization} header only. */
    @Override
    public String apiKey() {
        return apiKey;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "StsSettings[serviceUrl=%s, apiKey=%s, streamId=%s, workerId=%s, %s→%s, voiceProfile=%s, chunkDuration=%s, timeout=%s, maxRetries=%d, maxInflight=%d, loss=%s, timing=%s]",
                serviceUrl,
                apiKey == null ? "none" : "***",
                streamId,
                workerId,
                sourceLanguage,
                targetLanguage,
                voiceProfile,
                chunkDuration,
                timeout,
                maxRetries,
                maxInflight,
                loss,
                timing);
    }

    private static void text(String name, String value) {
        require(value != null && !value.isBlank() && value.length() <= 64, name + ": 1…64 characters are needed");
    }

    private static void positive(String name, Duration value) {
        require(value != null && !value.isNegative() && !value.isZero(), name + ": must be longer than 0");
    }

    private static void range(String name, Duration value, long minMs, long maxMs) {
        require(
                value != null && value.toMillis() >= minMs && value.toMillis() <= maxMs,
                String.format(Locale.ROOT, "%s: %d…%d ms, is %s", name, minMs, maxMs, value));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
