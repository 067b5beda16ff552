package io.livedub.sts;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What is sent to a service that cannot do everything. */
class SessionOverloadTest {
    private static final long DEADLINE_MS = Sts.OFFSET_MS;

    /** Answers so many fragments late, one after the other, each alone with the service. */
    private static int late(Sts sts, int fragments) {
        for (int n = 0; n < fragments; n++) {
            sts.submit(n);
            sts.clock.advanceMs(7_000);
            sts.succeed(n);
        }
        return fragments;
    }

    @Test
    void whatCannotMakeItIsNotSentAndAirsAtItsDeadlineAsOverload() {
        Sts sts = Sts.ready();
        int n = late(sts, 2);

        sts.submit(n);
        Sts.Pending hopeless = sts.submit(n + 1);

        assertThat(sts.fragments())
                .as("the third one is a probe: 12 s would be over with the next")
                .containsExactly(0L, 1L, 2L);
        sts.clock.advanceMs(DEADLINE_MS - 1);
        assertThat(hopeless.result).as("the service may become quicker").isNull();
        sts.clock.advanceMs(1);
        assertThat(hopeless.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 late", "1 late", "3 overload");
    }

    @Test
    void oneIsSentEachTwelveSecondsAllTheSame() {
        Sts sts = Sts.ready();
        int first = late(sts, 2);
        long began = sts.clock.nowNs();
        for (int n = first; n < first + 30; n++) {
            sts.submit(n);
            sts.clock.advanceMs(2_000);
            for (long sent : sts.fragments().subList(2, sts.fragments().size())) {
                if (!sts.seen.fallbacks.contains(sent + " timeout") && sent <= n - 3) {
                    sts.succeed((int) sent);
                }
            }
        }

        long seconds = (sts.clock.nowNs() - began) / 1_000_000_000L;
        assertThat(sts.fragments().size() - 2L).isBetween(seconds / 12, seconds / 10);
    }

    @Test
    void oneInTenIsSentAllTheSame() {
        Worth worth = new Worth(1_000_000_000L);
        assertThat(worth.isProbe(0)).as("what was never tried is not probed").isFalse();
        worth.sent(0, false);
        for (int n = 1; n < Worth.ONE_IN; n++) {
            worth.submitted(1);
            assertThat(worth.isProbe(n)).isFalse();
        }
        worth.submitted(1);

        assertThat(worth.isProbe(0)).as("not twice at once").isFalse();
        assertThat(worth.isProbe(1)).isTrue();
        assertThat(worth.isProbe(Worth.AT_LEAST_EACH_NS)).isTrue();
    }

    @Test
    void whenTheServiceIsQuickAgainTheNextFragmentsAreSent() {
        Sts sts = Sts.ready();
        int n = late(sts, 3);
        int probe = -1;
        while (probe < 0) {
            sts.submit(n);
            if (sts.fragments().size() > 3) {
                probe = n;
            }
            sts.clock.advanceMs(2_000);
            n++;
        }
        sts.succeed(probe);
        sts.session.applied(Sts.id(probe));

        sts.submit(n);
        sts.submit(n + 1);

        assertThat(sts.fragments()).endsWith((long) n, n + 1L);
    }

    @Test
    void aServiceThatLosesTwoResultsAndIsQuickOtherwiseIsNotTakenForASlowOne() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 30; n++) {
            sts.submit(n, DEADLINE_MS);
            sts.clock.advanceMs(200);
            if (n != 8 && n != 13 && sts.fragments().contains((long) n)) {
                sts.succeed(n);
                sts.session.applied(Sts.id(n));
            }
            sts.clock.advanceMs(1_800);
        }

        assertThat(sts.fragments()).as("each one is worth sending").hasSizeGreaterThan(28);
    }

    @Test
    void aPauseLeavesOnlyWhatCanStillBeInTime() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 3; n++) {
            sts.submit(n);
            sts.clock.advanceMs(3_000);
            sts.succeed(n);
            sts.session.applied(Sts.id(n));
        }
        sts.backpressure("pause", null);
        Sts.Pending old = sts.submit(3);
        sts.clock.advanceMs(3_000);
        sts.submit(4);

        sts.backpressure("none", null);

        assertThat(sts.fragments())
                .as("2.5 s are left for the first one, answers take 3")
                .containsExactly(0L, 1L, 2L, 4L);
        assertThat(old.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("3 overload");
    }

    @Test
    void aServiceThatIsFullIsAskedAgainWhenOneIsAnswered() {
        Sts sts = Sts.ready();
        sts.submit(0);
        Sts.Pending refused = sts.submit(1);
        sts.refuse(1, "QUEUE_FULL");
        assertThat(sts.fragments()).containsExactly(0L, 1L);

        sts.clock.advanceMs(1_000);
        sts.succeed(0);

        assertThat(sts.fragments()).containsExactly(0L, 1L, 1L);
        sts.succeed(1);
        assertThat(refused.dubbed()).isTrue();
    }

    @Test
    void aServiceThatIsFullWithoutUsIsAskedAgainLaterAndLater() {
        for (String code : List.of("QUEUE_FULL", "RATE_LIMIT")) {
            Sts sts = Sts.ready();
            sts.submit(0);
            sts.refuse(0, code);
            sts.clock.advanceMs(249);
            assertThat(sts.fragments()).as(code).hasSize(1);
            sts.clock.advanceMs(1);
            assertThat(sts.fragments()).as(code).hasSize(2);
            sts.refuse(0, code);
            sts.clock.advanceMs(499);
            assertThat(sts.fragments()).as(code).hasSize(2);

            sts.clock.advanceMs(1);

            assertThat(sts.fragments()).as(code).hasSize(3);
            sts.succeed(0);
            assertThat(sts.seen.fallbacks).isEmpty();
        }
    }

    @Test
    void aFragmentLargerThanTheServiceTakesIsNotSentAndSaid() {
        Sts sts = Sts.ready();
        sts.transport.line().largest = RefusedSizes.MESSAGE_OVERHEAD + 3;

        Sts.Pending tooLarge = sts.submit(0);
        sts.transport.line().largest = RefusedSizes.MESSAGE_OVERHEAD + 4;
        sts.submit(1);

        assertThat(tooLarge.result)
                .isInstanceOfSatisfying(StsOutcome.Original.class, original -> assertThat(original.detail())
                        .contains("maxPayload", "1028", "1027"));
        assertThat(sts.seen.fallbacks).containsExactly("0 failed");
        assertThat(sts.fragments()).containsExactly(1L);
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.transport.lines).hasSize(1);
    }

    @Test
    void whatTheTransportDropsIsSaid() {
        Sts sts = Sts.ready();

        sts.transport.line().listener.dropped("a number of a million digits", 7);

        assertThat(sts.seen.warnings).singleElement().asString().contains("7", "a number of a million digits");
        assertThat(sts.session.state()).isEqualTo("Ready");
    }
}
