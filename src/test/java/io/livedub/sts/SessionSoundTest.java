package io.livedub.sts;

import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A source whose sound changes: what a session's {@code stream:init} has said stays true of all its fragments. */
class SessionSoundTest {
    private final Sts sts = Sts.ready();

    @Test
    void otherSoundGetsASessionThatAnnouncesIt() {
        // given
        sts.submit(0);
        sts.succeed(0);
        sts.session.applied(Sts.id(0));
        FakeTransport.Line first = sts.transport.line();

        // when
        Sts.Pending other = submitOther(1);
        sts.replaced();
        sts.accept();
        sts.succeed(1);

        // then
        assertThat(first.closed).isTrue();
        assertThat(first.all("fragment:data")).hasSize(1);
        assertThat(sts.transport.lines).hasSize(2);
        assertThat(config()).containsEntry("sample_rate_hz", 48_000).containsEntry("channels", 2);
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.fragments()).containsExactly(1L);
        assertThat(other.dubbed()).isTrue();
        assertThat(sts.seen.fallbacks).isEmpty();
        assertThat(sts.seen.reconnects).isZero();
    }

    @Test
    void whatIsInFlightIsWaitedForAndAcknowledged() {
        // given
        Sts.Pending before = sts.submit(0);
        FakeTransport.Line first = sts.transport.line();
        submitOther(1);
        submitOther(2);
        sts.clock.advanceMs(1_000);
        assertThat(first.closed).as("a result is to come").isFalse();
        sts.succeed(0);
        assertThat(first.closed).as("what became of it is to be said").isFalse();

        // when
        sts.session.applied(Sts.id(0));

        // then
        assertThat(before.dubbed()).isTrue();
        assertThat(first.sent.stream().map(FakeTransport.Sent::event))
                .containsExactly("stream:init", "fragment:data", "fragment:ack", "stream:end");
        assertThat(first.closed).as("the end is to be answered").isFalse();
        sts.replaced();
        assertThat(first.closed).isTrue();
        sts.accept();
        assertThat(sts.fragments()).containsExactly(1L, 2L);
        assertThat(sts.seen.fallbacks).isEmpty();
    }

    @Test
    void whatItsDeadlineHasOvertakenIsNotWaitedFor() {
        // given
        sts.submit(0, 500);
        submitOther(1);

        // when
        sts.clock.advanceMs(500);
        sts.replaced();
        sts.accept();

        // then
        assertThat(sts.fragments()).containsExactly(1L);
        assertThat(sts.seen.fallbacks).containsExactly("0 late");
        assertThat(sts.session.breaker()).isEqualTo("closed");
    }

    @Test
    void aPauseIsNotEvadedByANewSession() {
        // given
        sts.backpressure("pause", null);

        // when
        submitOther(0);
        sts.clock.advanceMs(1_000);

        // then
        assertThat(sts.transport.lines).hasSize(1);
        sts.backpressure("none", null);
        sts.replaced();
        assertThat(sts.transport.lines).hasSize(2);
    }

    @Test
    void aReconnectAnnouncesTheSoundOfNow() {
        // given
        sts.drop();

        // when
        submitOther(0);
        sts.clock.advanceMs(2_000);
        sts.accept();

        // then
        assertThat(sts.seen.fallbacks).containsExactly("0 disconnected");
        assertThat(config()).containsEntry("sample_rate_hz", 48_000).containsEntry("channels", 2);
    }

    @Test
    void soundThatGoesBackAndForthIsAnnouncedEachTime() {
        for (int n = 0; n < 6; n++) {
            // when
            if (n % 2 == 0) {
                submitOther(n);
            } else {
                sts.submit(n);
            }
            sts.replaced();
            sts.accept();
            sts.succeed(n);
            sts.session.applied(Sts.id(n));

            // then
            assertThat(config()).containsEntry("sample_rate_hz", n % 2 == 0 ? 48_000 : 44_100);
            assertThat(sts.acks()).containsExactly(n + " applied");
        }
        assertThat(sts.seen.fallbacks).isEmpty();
    }

    @SuppressWarnings("unchecked")
    private Map<String, Object> config() {
        return (Map<String, Object>)
                sts.transport.line().all("stream:init").get(0).get("config");
    }

    private Sts.Pending submitOther(int n) {
        Fragment same = sts.fragment(n);
        return new Sts.Pending(sts.session.submit(new Fragment(
                same.id(),
                same.ptsNs(),
                same.sourcePtsNs(),
                same.startedNs(),
                same.deadlineNs(),
                48_000,
                2,
                same.durationNs(),
                same.m4a())));
    }
}
