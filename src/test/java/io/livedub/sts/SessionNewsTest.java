package io.livedub.sts;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static io.livedub.sts.FakeTransport.map;
import static org.assertj.core.api.Assertions.assertThat;

/** What a session makes of a service that says too much, or speaks about other streams. */
class SessionNewsTest {
    @Test
    void aServiceThatSendsErrorsAllTheTimeMakesFewLines() {
        Sts sts = Sts.ready();

        for (int second = 0; second < 20; second++) {
            for (int n = 0; n < 150; n++) {
                sts.event("error", map("code", "C" + n, "message", "no"));
            }
            sts.clock.advanceMs(1_000);
        }

        assertThat(sts.seen.warnings)
                .hasSizeBetween(2 * SessionNews.LINES, 2 * SessionNews.LINES + 4)
                .anyMatch(line -> line.startsWith("1480 more lines"));
    }

    @Test
    void everyWordAboutThePaceIsCountedAndOnlyANewOneIsLogged() {
        Sts sts = Sts.ready();

        for (int n = 0; n < 5; n++) {
            sts.backpressure("pause", null);
        }
        sts.backpressure("slow_down", 500);
        sts.backpressure("slow_down", 500);
        sts.backpressure("slow_down", 700);
        sts.backpressure("none", null);

        assertThat(sts.seen.backpressure).hasSize(9);
        assertThat(sts.seen.paceLines).containsExactly("pause", "slow_down", "slow_down", "none");
        for (int n = 0; n < 50; n++) {
            sts.backpressure(n % 2 == 0 ? "pause" : "none", null);
        }
        assertThat(sts.seen.backpressure).hasSize(59);
        assertThat(sts.seen.paceLines).hasSize(SessionNews.LINES);
    }

    @Test
    void aPauseOfAnotherStreamThatIsSentToEveryoneIsIgnored() {
        Sts sts = Sts.ready();

        sts.event("backpressure", map("stream_id", "stream-1--fr", "action", "pause"));
        sts.submit(0);

        assertThat(sts.fragments()).containsExactly(0L);
        assertThat(sts.seen.backpressure).isEmpty();
        assertThat(sts.seen.warnings).singleElement().asString().contains("stream-1--fr");
        sts.event("backpressure", map("stream_id", null, "action", "pause"));
        sts.submit(1);
        assertThat(sts.fragments()).as("one that names no stream is for us").containsExactly(0L);
    }

    @Test
    void theEndOfAnotherStreamDoesNotEndOurs() {
        Sts sts = Sts.ready();
        sts.session.end("over");

        sts.event("stream:complete", map("stream_id", "other"));
        assertThat(sts.transport.line().closed).isFalse();
        sts.event("stream:complete", map("stream_id", "stream-1"));
        assertThat(sts.transport.line().closed).isTrue();
    }

    @Test
    void aServiceThatHasANameOfItsOwnForOurStreamIsHeard() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        sts.connected();
        sts.event("stream:ready", map("stream_id", "x-1", "session_id", "s"));

        sts.event("backpressure", map("stream_id", "x-1", "action", "pause"));
        sts.submit(0);

        assertThat(sts.fragments()).isEmpty();
    }

    @Test
    void aResultIsFoundByItsFragmentWhateverStreamItNames() {
        Sts sts = Sts.ready();
        Sts.Pending first = sts.submit(0);
        var result = Sts.success(0);
        result.put("stream_id", "other");

        sts.event("fragment:processed", result);

        assertThat(first.dubbed()).isTrue();
    }

    @Test
    void aServiceThatSendsEventsToEveryoneIsStillKnownToNameOurStream() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        sts.connected();
        sts.event("stream:ready", map("stream_id", "other", "session_id", "s"));
        sts.event("stream:ready", map("stream_id", "stream-1", "session_id", "s"));
        sts.event("stream:ready", map("stream_id", "another", "session_id", "s"));

        sts.event("backpressure", map("stream_id", "other", "action", "pause"));
        sts.submit(0);

        assertThat(sts.fragments()).containsExactly(0L);
    }

    @Test
    void aServiceThatRepeatsTheKeyDoesNotBringItIntoLogsAndErrors() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        sts.connected();
        Map<String, Object> failure =
                map("code", "AUTH_secret-key", "message", "the key secret-key is unknown", "retryable", false);
        sts.event("stream:ready", map("stream_id", "stream-1", "session_id", "of secret-key"));
        Sts.Pending first = sts.submit(0);
        Sts.Pending second = sts.submit(1);
        Sts.Pending third = sts.submit(2);

        sts.event("error", failure);
        failure.put("fragment_id", Sts.id(0).toString());
        sts.event("error", failure);
        sts.event("fragment:processed", map("fragment_id", Sts.id(1).toString(), "status", "failed", "error", failure));
        sts.event("fragment:processed", map("fragment_id", Sts.id(2).toString(), "status", "secret-key"));
        sts.event("backpressure", map("action", "none", "severity", "secret-key"));
        sts.event("backpressure", map("action", "secret-key"));
        sts.event("stream:complete", map("total_fragments", "secret-key"));
        sts.transport.line().listener.dropped("a message: unrecognized token 'secret-key'", 1);
        sts.transport.line().listener.closed("disconnected: secret-key");

        assertThat(sts.seen.all).asString().contains("AUTH_***").doesNotContain("secret-key");
        assertThat(List.of(first.result, second.result, third.result))
                .asString()
                .contains("the key *** is unknown")
                .doesNotContain("secret-key");
    }
}
