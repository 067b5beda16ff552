package io.livedub.sts;

import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.smallrye.mutiny.Uni;

import io.livedub.support.VirtualClock;

import static io.livedub.sts.FakeTransport.map;

/** A session on a virtual clock, and short words for both of its sides. Fragment n has the id {@code 00000000-…-n}. */
final class Sts {
    static final String AUDIO = Base64.getEncoder().encodeToString(new byte[] {1, 2, 3});
    static final long OFFSET_MS = 5_500;

    final VirtualClock clock = new VirtualClock(1_000_000_000L);
    final FakeTransport transport = new FakeTransport();
    final Recorder seen = new Recorder();
    final StsSession session;

    Sts() {
        this(StsSettings.Loss.EXIT, 2, 3);
    }

    Sts(StsSettings.Loss loss, int maxRetries, int maxInflight) {
        session = new StsSession(
                settings(loss, maxRetries, maxInflight),
                transport,
                clock,
                InstantSource.fixed(Instant.ofEpochMilli(77)),
                seen);
    }

    static StsSettings settings(StsSettings.Loss loss, int maxRetries, int maxInflight) {
        return TestSettings.of(URI.create("http://127.0.0.1:9"), "secret-key", loss, maxRetries, maxInflight);
    }

    /** Connected, introduced, ready. */
    static Sts ready() {
        return new Sts().opened();
    }

    Sts opened() {
        session.start(44_100, 1);
        accept();
        return this;
    }

    void accept() {
        connected();
        event("stream:ready", map("stream_id", "stream-1", "session_id", "s", "max_inflight", null));
    }

    /** Answers {@code stream:end}, and takes the connection that follows. */
    void replaced() {
        complete();
        clock.advanceMs(SessionConnection.RESTART_PAUSE.toMillis());
    }

    void complete() {
        event("stream:complete", map("stream_id", "stream-1"));
    }

    void connected() {
        transport.line().listener.connected();
    }

    void event(String name, Object payload) {
        transport.line().listener.event(name, payload);
    }

    static UUID id(int n) {
        return new UUID(0, n);
    }

    Fragment fragment(int n) {
        return fragment(n, OFFSET_MS);
    }

    /** A segment of 6 s that ends now, with its deadline {@code inMs} from now. */
    Fragment fragment(int n, long inMs) {
        long now = clock.nowNs();
        return new Fragment(
                id(n), n, n + 7, now - 6_000_000_000L, now + inMs * 1_000_000, 44_100, 1, 6_016_000_000L, new byte[] {9
                });
    }

    /** What a fragment came to; {@link #result} is null as long as nothing has. */
    static final class Pending {
        StsOutcome result;

        Pending(Uni<StsOutcome> uni) {
            uni.subscribe().with(outcome -> result = outcome);
        }

        boolean original() {
            return result instanceof StsOutcome.Original;
        }

        boolean dubbed() {
            return result instanceof StsOutcome.Dubbed;
        }
    }

    Pending submit(int n) {
        return new Pending(session.submit(fragment(n)));
    }

    Pending submit(int n, long deadlineInMs) {
        return new Pending(session.submit(fragment(n, deadlineInMs)));
    }

    void acknowledge(int n) {
        event("fragment:ack", map("fragment_id", id(n).toString(), "status", "queued"));
    }

    void succeed(int n) {
        event("fragment:processed", success(n));
    }

    static Map<String, Object> success(int n) {
        return map(
                "fragment_id",
                id(n).toString(),
                "stream_id",
                "stream-1",
                "sequence_number",
                n,
                "status",
                "success",
                "dubbed_audio",
                map("format", "m4a", "sample_rate_hz", 44_100, "channels", 1, "data_base64", AUDIO),
                "transcript",
                "hello",
                "translated_text",
                null);
    }

    void fail(int n, String code) {
        event(
                "fragment:processed",
                map("fragment_id", id(n).toString(), "status", "failed", "error", map("code", code, "message", "no")));
    }

    void refuse(int n, String code) {
        event("error", map("fragment_id", id(n).toString(), "code", code, "message", "no"));
    }

    void backpressure(String action, Object delayMs) {
        event("backpressure", map("stream_id", "stream-1", "action", action, "recommended_delay_ms", delayMs));
    }

    void drop() {
        transport.line().listener.closed("gone");
    }

    /** Sequence numbers sent on the current connection. */
    List<Object> sequences() {
        return transport.line().all("fragment:data").stream()
                .map(payload -> payload.get("sequence_number"))
                .toList();
    }

    /** Fragments sent on the current connection, by number. */
    List<Long> fragments() {
        return transport.line().all("fragment:data").stream()
                .map(payload ->
                        UUID.fromString((String) payload.get("fragment_id")).getLeastSignificantBits())
                .toList();
    }

    /** {@code n status} of every acknowledgement on the current connection. */
    List<String> acks() {
        return transport.line().all("fragment:ack").stream()
                .map(payload -> UUID.fromString((String) payload.get("fragment_id"))
                                .getLeastSignificantBits() + " " + payload.get("status"))
                .toList();
    }

    List<String> events() {
        return transport.line().sent.stream().map(FakeTransport.Sent::event).toList();
    }

    /** Five retryable failures. */
    void openBreaker(int firstFragment) {
        for (int n = firstFragment; n < firstFragment + 5; n++) {
            submit(n, 100);
            fail(n, "MODEL_ERROR");
        }
    }
}
