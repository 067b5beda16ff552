package io.livedub.sts;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A session that is given up on purpose is ended as at the end of a stream, and only then replaced. */
class SessionReplacedTest {
    private final Sts sts = Sts.ready();
    private final FakeTransport.Line first = sts.transport.line();

    @Test
    void theNewConnectionWaitsForTheEndOfTheOld() {
        // given
        refused();

        // when
        sts.clock.advanceMs(3_000);

        // then
        assertThat(first.all("stream:end")).hasSize(1);
        assertThat(first.all("stream:end").get(0)).containsEntry("stream_id", "stream-1");
        assertThat(first.closed).isFalse();
        assertThat(sts.transport.lines).hasSize(1);

        // when
        sts.complete();

        // then
        assertThat(first.closed).isTrue();
        sts.clock.advanceMs(SessionConnection.RESTART_PAUSE.toMillis());
        sts.accept();
        Sts.Pending next = sts.submit(9);
        sts.succeed(9);
        assertThat(next.dubbed()).isTrue();
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.seen.reconnects).isZero();
        assertThat(sts.seen.completed).hasSize(1);
    }

    @Test
    void anEndThatIsNotAnsweredIsWaitedForTenSeconds() {
        // given
        refused();
        Sts.Pending waits = sts.submit(9, 20_000);

        // when
        sts.clock.advanceMs(9_999);

        // then
        assertThat(first.closed).isFalse();
        sts.clock.advanceMs(1);
        assertThat(first.closed).isTrue();
        assertThat(sts.seen.warnings).anyMatch(line -> line.contains("stream:complete"));
        sts.clock.advanceMs(SessionConnection.RESTART_PAUSE.toMillis());
        sts.accept();
        sts.succeed(9);
        assertThat(waits.dubbed()).isTrue();
    }

    @Test
    void aServiceThatClosesInsteadOfAnsweringIsConnectedToAtOnce() {
        // given
        refused();

        // when
        sts.drop();
        sts.clock.advanceMs(SessionConnection.RESTART_PAUSE.toMillis());
        sts.accept();

        // then
        assertThat(sts.session.state()).isEqualTo("Ready");
        assertThat(sts.transport.lines).hasSize(2);
        assertThat(sts.seen.reconnects).as("on purpose is no reconnect").isZero();
    }

    @Test
    void aResultThatStillComesIsAnswered() {
        // given
        sts.submit(0);
        refused();

        // when
        sts.succeed(0);

        // then
        assertThat(sts.acks()).containsExactly("0 received");
    }

    @Test
    void theEndOfTheStreamIsNotSaidTwiceAndNothingFollows() {
        // given
        refused();
        List<String> ended = new ArrayList<>();

        // when
        sts.session.end("over").subscribe().with(nothing -> ended.add("ended"));
        assertThat(ended).isEmpty();
        sts.complete();

        // then
        assertThat(ended).containsExactly("ended");
        assertThat(first.all("stream:end")).hasSize(1);
        assertThat(first.closed).isTrue();
        sts.clock.advanceMs(60_000);
        assertThat(sts.transport.lines).hasSize(1);
        assertThat(sts.session.state()).isEqualTo("Disconnected");
    }

    /** Two refusals in a row show that the session is of no more use. */
    private void refused() {
        for (int n = 1; n <= 2; n++) {
            sts.submit(n);
            sts.refuse(n, "STREAM_NOT_FOUND");
        }
        assertThat(sts.session.state()).isEqualTo("Replacing");
    }

    @Test
    void nothingIsSentBehindStreamEndWhenSendingShowsThatTheSessionIsBlocked() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.clock.advanceMs(50_000);
        sts.submit(1);
        sts.acknowledge(1);
        sts.clock.advanceMs(12_000);

        Sts.Pending last = sts.submit(2);

        assertThat(sts.events()).endsWith("stream:end");
        assertThat(sts.fragments()).containsExactly(0L, 1L);
        assertThat(last.original()).isTrue();
    }
}
