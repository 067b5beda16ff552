package io.livedub.sts;

import org.junit.jupiter.api.Test;

import static io.livedub.sts.FakeTransport.map;
import static org.assertj.core.api.Assertions.assertThat;

/** Back pressure, a lost source, the breaker's gate, and sessions that are stuck. */
class SessionPressureTest {
    @Test
    void slowDownWaitsBeforeEachLaterSend() {
        Sts sts = Sts.ready();
        sts.backpressure("slow_down", "500");
        sts.submit(0);
        sts.submit(1);

        sts.clock.advanceMs(499);
        assertThat(sts.fragments()).isEmpty();
        sts.clock.advanceMs(1);
        assertThat(sts.fragments()).containsExactly(0L);
        sts.clock.advanceMs(500);
        assertThat(sts.fragments()).containsExactly(0L, 1L);
        sts.submit(2);
        sts.backpressure("slow_down", 500);
        sts.clock.advanceMs(500);
        assertThat(sts.fragments())
                .as("said again, it still counts from the first time")
                .containsExactly(0L, 1L, 2L);
        sts.backpressure("none", null);
        sts.succeed(0);
        sts.session.applied(Sts.id(0));
        sts.submit(3);
        assertThat(sts.fragments()).containsExactly(0L, 1L, 2L, 3L);
        assertThat(sts.seen.backpressure).containsExactly("slow_down", "slow_down", "none");
    }

    @Test
    void slowDownPastTheDeadlineIsBackpressureAndSpendsNoNumber() {
        Sts sts = Sts.ready();
        sts.backpressure("slow_down", 20_000);
        Sts.Pending waiting = sts.submit(0);

        sts.clock.advanceMs(Sts.OFFSET_MS);
        sts.backpressure("none", null);
        sts.submit(1);

        assertThat(waiting.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 backpressure");
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.fragments()).containsExactly(1L);
    }

    @Test
    void pauseSendsNothingUntilNone() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        sts.submit(0);
        sts.submit(1);
        sts.clock.advanceMs(2_000);
        assertThat(sts.fragments()).isEmpty();

        sts.backpressure("none", null);

        assertThat(sts.fragments()).containsExactly(0L, 1L);
    }

    @Test
    void aPauseThatIsNeverClearedEndsWithOneProbeAfter30Seconds() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        Sts.Pending early = sts.submit(0);
        sts.clock.advanceMs(29_999);
        assertThat(early.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 backpressure");
        sts.submit(1);
        sts.submit(2);
        assertThat(sts.fragments()).isEmpty();

        sts.clock.advanceMs(1);
        assertThat(sts.fragments()).as("exactly one").containsExactly(1L);
        sts.succeed(1);

        assertThat(sts.fragments()).as("it works: the pause is over").containsExactly(1L, 2L);
    }

    @Test
    void aProbeOfThePauseThatFailsIsFollowedByAnotherAfter30Seconds() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        sts.clock.advanceMs(30_000);
        sts.submit(0);
        assertThat(sts.fragments()).as("the probe waited for a fragment").containsExactly(0L);
        sts.clock.advanceMs(29_000);
        Sts.Pending waiting = sts.submit(1);
        assertThat(sts.fragments()).containsExactly(0L);

        sts.clock.advanceMs(1_000);

        assertThat(sts.fragments()).containsExactly(0L, 1L);
        sts.backpressure("pause", null);
        sts.succeed(1);
        assertThat(waiting.dubbed()).isTrue();
        sts.submit(2);
        assertThat(sts.fragments())
                .as("the service has seen its result and works")
                .containsExactly(0L, 1L, 2L);
    }

    @Test
    void aResultOfAnEarlierFragmentDoesNotEndAPause() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.backpressure("pause", null);

        sts.succeed(0);
        sts.submit(1);

        assertThat(sts.fragments()).containsExactly(0L);
        sts.backpressure("slow_down", 100);
        sts.clock.advanceMs(100);
        assertThat(sts.fragments()).containsExactly(0L, 1L);
        sts.backpressure("none", null);
    }

    @Test
    void theProbesResultAfterNoneChangesNothing() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        sts.clock.advanceMs(30_000);
        sts.submit(0);
        sts.backpressure("slow_down", 100);

        sts.succeed(0);
        sts.submit(1);

        assertThat(sts.fragments()).as("slow_down holds").containsExactly(0L);
    }

    @Test
    void aNewSessionOwesNothingToAnOldPause() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();
        sts.clock.advanceMs(6_000);

        sts.submit(0);

        assertThat(sts.fragments()).containsExactly(0L);
    }

    @Test
    void aLostSourceIsSaidWhenNothingWaitsToBeSent() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        sts.submit(0);
        sts.submit(1);

        sts.session.sourceLost("encoder gone");
        assertThat(sts.events()).doesNotContain("stream:pause");
        sts.succeed(0);
        sts.session.unused(Sts.id(0), "garbage");

        assertThat(sts.events()).containsSubsequence("fragment:data", "fragment:data", "stream:pause");
        assertThat(sts.transport.line().all("stream:pause"))
                .containsExactly(map("stream_id", "stream-1", "reason", "encoder gone"));
        sts.session.sourceLost("said twice");
        assertThat(sts.transport.line().all("stream:pause")).hasSize(1);
        sts.submit(2);
        assertThat(sts.fragments()).as("the service would refuse it").containsExactly(0L, 1L);
        sts.session.sourceBack();
        assertThat(sts.transport.line().all("stream:resume")).containsExactly(map("stream_id", "stream-1"));
        sts.succeed(1);
        sts.session.applied(Sts.id(1));
        assertThat(sts.fragments()).containsExactly(0L, 1L, 2L);
    }

    @Test
    void aSourceThatIsBackBeforeItWasSaidIsNotMentioned() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        sts.submit(0);
        sts.submit(1);
        sts.session.sourceLost("hiccup");
        sts.session.sourceBack();
        sts.succeed(0);
        sts.session.applied(Sts.id(0));

        assertThat(sts.events()).doesNotContain("stream:pause", "stream:resume");
    }

    @Test
    void aSourceStillLostAfterAReconnectIsSaidToTheNewSession() {
        Sts sts = Sts.ready();
        sts.session.sourceLost("gone");
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();

        assertThat(sts.events()).containsExactly("stream:init", "stream:pause");
    }

    @Test
    void whatWaitsWhenTheSourceGoesFallsAtItsDeadlineBeforeThePauseIsSaid() {
        Sts sts = Sts.ready();
        sts.backpressure("pause", null);
        sts.submit(0);
        sts.session.sourceLost("gone");
        assertThat(sts.events()).doesNotContain("stream:pause");

        sts.clock.advanceMs(Sts.OFFSET_MS);

        assertThat(sts.events()).contains("stream:pause");
    }

    @Test
    void fiveRetryableFailuresThirtySecondsOneProbeClosed() {
        Sts sts = Sts.ready();
        sts.openBreaker(0);
        assertThat(sts.session.breaker()).isEqualTo("open");
        assertThat(sts.session.breaker()).isEqualTo("open");
        assertThat(sts.submit(5).original()).isTrue();
        assertThat(sts.seen.fallbacks).last().isEqualTo("5 breaker_open");
        assertThat(sts.fragments()).hasSize(5);

        sts.clock.advanceMs(30_000);
        assertThat(sts.session.breaker()).isEqualTo("half-open");
        Sts.Pending probe = sts.submit(6);
        Sts.Pending second = sts.submit(7);
        assertThat(sts.fragments()).as("exactly one").hasSize(6);
        assertThat(second.original()).isTrue();
        sts.succeed(6);

        assertThat(probe.dubbed()).isTrue();
        assertThat(sts.session.breaker()).isEqualTo("closed");
        assertThat(sts.seen.breaker).containsExactly("closed → open", "open → half-open", "half-open → closed");
        sts.submit(8);
        assertThat(sts.fragments()).hasSize(7);
    }

    @Test
    void whatWaitsWhenTheBreakerOpensAirsItsOriginalAtOnce() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 4; n++) {
            sts.submit(n, 100);
            sts.fail(n, "MODEL_ERROR");
        }
        sts.submit(4);
        sts.submit(5);
        sts.submit(6);
        Sts.Pending waiting = sts.submit(7);
        assertThat(waiting.result).isNull();

        sts.fail(4, "MODEL_ERROR");

        assertThat(waiting.original()).isTrue();
        assertThat(sts.seen.fallbacks).contains("4 failed", "7 breaker_open");
        Sts.Pending inFlight = sts.submit(8);
        assertThat(inFlight.original()).isTrue();
        sts.succeed(5);
        assertThat(sts.session.breaker())
                .as("what was sent before says nothing about now")
                .isEqualTo("open");
    }

    @Test
    void timeoutsOpenTheBreaker() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 5; n++) {
            sts.submit(n);
            sts.clock.advanceMs(6_000);
        }
        sts.clock.advanceMs(2_000);

        assertThat(sts.session.breaker()).isEqualTo("open");
        assertThat(sts.seen.fallbacks).containsExactly("0 timeout", "1 timeout", "2 timeout", "3 timeout", "4 timeout");
    }

    @Test
    void invalidConfigForEverLeavesTheBreakerClosed() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 50; n++) {
            sts.submit(n);
            sts.refuse(n, "INVALID_CONFIG");
        }

        assertThat(sts.session.breaker()).isEqualTo("closed");
        assertThat(sts.fragments()).hasSize(50);
        assertThat(sts.transport.lines).hasSize(1);
    }

    @Test
    void aProbeLostWithTheConnectionLeavesRoomForAnother() {
        Sts sts = Sts.ready();
        sts.openBreaker(0);
        sts.clock.advanceMs(30_000);
        sts.submit(5);
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();
        sts.clock.advanceMs(6_000);

        sts.submit(6);

        assertThat(sts.fragments()).containsExactly(6L);
    }

    @Test
    void acksAndNoResultsBehindARefusalStartANewSessionAfterTheTimeout() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.refuse(0, "INVALID_CONFIG");
        sts.submit(1);
        sts.acknowledge(1);
        sts.clock.advanceMs(Sts.OFFSET_MS);
        Sts.Pending young = new Sts.Pending(sts.session.submit(sts.fragment(2, 9_000)));
        sts.acknowledge(2);
        sts.clock.advanceMs(2_400);
        assertThat(sts.transport.lines)
                .as("8 s are allowed: no answer is known")
                .hasSize(1);
        FakeTransport.Line blocked = sts.transport.line();

        sts.clock.advanceMs(200);

        assertThat(blocked.all("stream:end")).hasSize(1);
        assertThat(young.original()).isTrue();
        assertThat(sts.session.state()).isEqualTo("Replacing");
        Sts.Pending held = sts.submit(4);
        sts.replaced();
        assertThat(blocked.closed).isTrue();
        sts.accept();
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.fragments()).containsExactly(4L);
        sts.succeed(4);
        assertThat(held.dubbed()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 failed", "1 timeout", "2 disconnected");
        assertThat(sts.seen.reconnects).as("on purpose is no reconnect").isZero();
    }

    @Test
    void behindARefusalTheSlowestAnswerOfTheSessionIsAllowedAndAQuarter() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.clock.advanceMs(2_400);
        sts.succeed(0);
        sts.submit(1);
        sts.refuse(1, "INVALID_CONFIG");
        sts.submit(2);
        sts.acknowledge(2);

        sts.clock.advanceMs(3_000);
        assertThat(sts.transport.lines).hasSize(1);
        sts.clock.advanceMs(1);

        assertThat(sts.session.state()).isEqualTo("Replacing");
    }

    @Test
    void anAnswerBehindTheRefusalShowsThatNothingIsBlocked() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.refuse(0, "INVALID_CONFIG");
        sts.submit(1);
        sts.acknowledge(1);
        sts.clock.advanceMs(3_000);
        sts.succeed(1);
        sts.submit(2);
        sts.acknowledge(2);

        sts.clock.advanceMs(20_000);

        assertThat(sts.transport.lines).hasSize(1);
    }

    @Test
    void withoutAcksNothingIsStartedAnewAndWithTheNextOneItIs() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.refuse(0, "INVALID_CONFIG");
        sts.submit(1);
        sts.clock.advanceMs(9_000);
        assertThat(sts.transport.lines).hasSize(1);
        sts.submit(2);

        sts.acknowledge(2);

        assertThat(sts.session.state()).isEqualTo("Replacing");
        assertThat(sts.seen.fallbacks).contains("2 disconnected");
    }

    @Test
    void aSlowServiceKeepsItsSessionWhateverItIsLateBy() {
        for (int slowMs : new int[] {6_000, 9_000, 20_000, 40_000}) {
            Sts sts = Sts.ready();
            int taken = 0;
            for (int ms = 0; ms < 120_000; ms += 100) {
                if (ms % 2_000 == 0) {
                    sts.submit(ms / 2_000);
                }
                for (long sent : sts.fragments().subList(taken, sts.fragments().size())) {
                    sts.acknowledge((int) sent);
                    sts.clock.schedule(sts.clock.nowNs() + slowMs * 1_000_000L, () -> sts.succeed((int) sent));
                    taken++;
                }
                sts.clock.advanceMs(100);
            }
            assertThat(sts.transport.lines).as(slowMs + " ms").hasSize(1);
            assertThat(sts.seen.fallbacks).as(slowMs + " ms").anyMatch(line -> line.endsWith(" overload"));
        }
    }

    @Test
    void aNumberThatIsNeverHeardOfAgainIsAGapAfterAMinute() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 70 && sts.transport.lines.size() == 1; n++) {
            sts.submit(n);
            sts.acknowledge(n);
            sts.clock.advanceMs(2_000);
            assertThat(n < 29 && sts.transport.lines.size() > 1)
                    .as("after " + 2 * n + " s")
                    .isFalse();
        }

        assertThat(sts.transport.lines).hasSize(2);
    }

    @Test
    void aStuckServiceStillOpensTheBreaker() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 20 && !sts.session.breaker().equals("open"); n++) {
            sts.submit(n);
            sts.acknowledge(n);
            sts.clock.advanceMs(6_000);
        }

        assertThat(sts.session.breaker()).isEqualTo("open");
        assertThat(sts.transport.lines).as("nobody refused anything").hasSize(1);
    }

    @Test
    void aSessionThatRefusesEveryFragmentIsStartedAnew() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.refuse(0, "STREAM_NOT_FOUND");
        sts.submit(1);
        sts.refuse(1, "INVALID_CONFIG");
        sts.submit(2);
        sts.refuse(2, "INVALID_SEQUENCE");
        assertThat(sts.session.state()).isEqualTo("Ready");
        sts.submit(3);

        sts.refuse(3, "INVALID_SEQUENCE");

        assertThat(sts.session.state()).isEqualTo("Replacing");
        sts.replaced();
        sts.drop();
        assertThat(sts.session.state()).isEqualTo("Reconnecting");
    }

    @Test
    void noNewSessionIsStartedWhileEnding() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 2; n++) {
            sts.submit(n);
        }
        sts.refuse(0, "STREAM_NOT_FOUND");
        sts.session.end("over");
        sts.clock.advanceMs(Sts.OFFSET_MS);
        assertThat(sts.session.state()).isEqualTo("Ending");

        sts.refuse(1, "STREAM_NOT_FOUND");

        assertThat(sts.session.state()).isEqualTo("Ending");
        assertThat(sts.seen.fallbacks).containsExactly("0 failed", "1 failed");
    }
}
