package io.livedub.sts;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static io.livedub.sts.FakeTransport.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Fragments out, results in, and everything that can go wrong in between. */
class SessionFragmentsTest {
    private static final String RESULT = "fragment:processed";

    @Test
    void sendsExactlyTheContractsFields() {
        Sts sts = Sts.ready();

        sts.submit(4);

        Map<String, Object> data = sts.transport.line().all("fragment:data").get(0);
        assertThat(data)
                .isEqualTo(map(
                        "fragment_id",
                        Sts.id(4).toString(),
                        "stream_id",
                        "stream-1",
                        "sequence_number",
                        0,
                        "timestamp",
                        77L,
                        "audio",
                        map(
                                "format", "m4a",
                                "sample_rate_hz", 44_100,
                                "channels", 1,
                                "duration_ms", 6_016,
                                "data_base64", Base64.getEncoder().encodeToString(new byte[] {9})),
                        "metadata",
                        map("pts_ns", 4L, "source_pts_ns", 11L)));
    }

    @Test
    void aResultInTimeIsDubbedAndAcknowledgedWhenItIsOnAir() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.acknowledge(0);
        sts.clock.advanceMs(1_234);

        sts.succeed(0);

        assertThat(pending.result).isInstanceOfSatisfying(StsOutcome.Dubbed.class, dubbed -> {
            assertThat(dubbed.audio().data()).containsExactly(1, 2, 3);
            assertThat(dubbed.audio().format()).isEqualTo("m4a");
            assertThat(dubbed.roundTrip()).hasMillis(1_234);
            assertThat(dubbed.transcript()).isEqualTo("hello");
            assertThat(dubbed.translation()).isEmpty();
        });
        assertThat(sts.acks()).isEmpty();
        sts.session.applied(Sts.id(0));
        sts.session.applied(Sts.id(0));
        assertThat(sts.acks()).containsExactly("0 applied");
        assertThat(sts.transport.line().all("fragment:ack").get(0))
                .containsOnlyKeys("fragment_id", "status", "timestamp");
        assertThat(sts.session.lastRoundTrip())
                .hasValueSatisfying(time -> assertThat(time).hasMillis(1_234));
        assertThat(sts.seen.fallbacks).isEmpty();
        assertThat(sts.session.inflight()).isZero();
    }

    @Test
    void aResultThatIsWithheldIsAnsweredAndNotCounted() {
        // given
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.succeed(0);

        // when
        sts.session.withheld(Sts.id(0));
        sts.session.withheld(Sts.id(0));
        sts.session.withheld(Sts.id(5));

        // then
        assertThat(sts.acks()).containsExactly("0 received");
        assertThat(sts.seen.fallbacks).isEmpty();
    }

    @Test
    void whatTheReceiverCannotUseIsAnsweredReceivedAndCounted() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.succeed(0);

        sts.session.unused(Sts.id(0), "not AAC");
        sts.session.unused(Sts.id(0), "not AAC");
        sts.session.applied(Sts.id(0));
        sts.session.unused(Sts.id(5), "never seen");

        assertThat(sts.acks()).containsExactly("0 received");
        assertThat(sts.seen.fallbacks).containsExactly("0 unusable");
    }

    @Test
    void whatWasHandedOutBeforeADisconnectIsNotAcknowledgedToTheNextSession() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.succeed(0);
        sts.submit(1);
        sts.succeed(1);
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();

        sts.session.applied(Sts.id(0));
        sts.session.unused(Sts.id(1), "garbage");

        assertThat(sts.acks()).isEmpty();
        assertThat(sts.seen.fallbacks).containsExactly("1 unusable");
    }

    @Test
    void noResultWithinTheTimeoutIsOriginalAudioAndALaterResultIsAnsweredReceived() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0, 20_000);

        sts.clock.advanceMs(7_999);
        assertThat(pending.result).isNull();
        sts.clock.advanceMs(1);

        assertThat(pending.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 timeout");
        assertThat(sts.seen.warnings).hasSize(1);
        assertThat(sts.fragments()).as("not sent again").containsExactly(0L);
        sts.succeed(0);
        assertThat(sts.acks()).containsExactly("0 received");
        sts.succeed(0);
        assertThat(sts.acks()).as("once").containsExactly("0 received");
        assertThat(sts.seen.fallbacks).hasSize(1);
    }

    @Test
    void aLateResultIsAnsweredReceivedAndIsASuccessForTheBreaker() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 4; n++) {
            sts.submit(n, 50);
            sts.fail(n, "MODEL_ERROR");
        }
        Sts.Pending late = sts.submit(4);
        sts.clock.advanceMs(Sts.OFFSET_MS);
        assertThat(late.original()).isTrue();
        assertThat(sts.seen.fallbacks).as("its reason is not known yet").hasSize(4);
        assertThat(sts.session.inflight()).as("it is still with the service").isEqualTo(1);
        sts.clock.advanceMs(1_000);

        sts.succeed(4);

        assertThat(sts.seen.fallbacks).last().isEqualTo("4 late");
        assertThat(sts.acks()).contains("4 received");
        sts.submit(5, 50);
        sts.fail(5, "MODEL_ERROR");
        assertThat(sts.session.breaker()).as("the count began again").isEqualTo("closed");
    }

    @Test
    void overtakenAndThenTimedOutIsATimeout() {
        Sts sts = Sts.ready();
        sts.submit(0);

        sts.clock.advanceMs(8_000);

        assertThat(sts.seen.fallbacks).containsExactly("0 timeout");
        assertThat(sts.session.inflight()).isZero();
    }

    @Test
    void aFailedResultAfterTheDeadlineIsAFailure() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.clock.advanceMs(Sts.OFFSET_MS);

        sts.fail(0, "MODEL_ERROR");

        assertThat(sts.seen.fallbacks).containsExactly("0 failed");
        assertThat(sts.acks()).containsExactly("0 received");
        assertThat(sts.fragments()).containsExactly(0L);
    }

    @Test
    void aRetryableFailureIsSentAgainWithANewNumberAsOftenAsAllowed() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.submit(1);

        sts.fail(0, "GPU_OOM");
        sts.refuse(0, "GPU_OOM");
        assertThat(pending.result).isNull();
        sts.fail(0, "MODEL_ERROR");

        assertThat(pending.original()).isTrue();
        assertThat(sts.fragments()).containsExactly(0L, 1L, 0L, 0L);
        assertThat(sts.sequences()).containsExactly(0, 1, 2, 3);
        assertThat(sts.seen.fallbacks).containsExactly("0 failed");
        assertThat(sts.acks()).as("an error is no result").containsExactly("0 received", "0 received");
    }

    @Test
    void aResendThatSucceedsIsDubbed() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.fail(0, "MODEL_ERROR");

        sts.succeed(0);

        assertThat(pending.dubbed()).isTrue();
        assertThat(sts.seen.fallbacks).isEmpty();
    }

    @Test
    void noResendWhenItsDeadlineAllowsNoRealisticAnswer() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.clock.advanceMs(4_000);
        sts.succeed(0);
        Sts.Pending pending = sts.submit(1);
        sts.clock.advanceMs(1_500);

        sts.fail(1, "MODEL_ERROR");

        assertThat(pending.original()).as("4 s are left, and answers take 4 s").isTrue();
        assertThat(sts.fragments()).containsExactly(0L, 1L);
    }

    @Test
    void aFinalFailureIsNotSentAgain() {
        for (String code :
                List.of("STREAM_NOT_FOUND", "INVALID_CONFIG", "FRAGMENT_TOO_LARGE", "INVALID_SEQUENCE", "ODD")) {
            Sts sts = Sts.ready();
            Sts.Pending pending = sts.submit(0);

            sts.refuse(0, code);

            assertThat(pending.original()).as(code).isTrue();
            assertThat(sts.fragments()).containsExactly(0L);
            assertThat(sts.seen.fallbacks).containsExactly("0 failed");
        }
    }

    @Test
    void forAnUnknownCodeTheFlagDecides() {
        Sts sts = Sts.ready();
        sts.submit(0);

        sts.event("error", map("fragment_id", Sts.id(0).toString(), "code", "HICCUP", "retryable", "true"));

        assertThat(sts.fragments()).containsExactly(0L, 0L);
    }

    @Test
    void withoutRetriesNothingIsSentTwice() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 0, 3).opened();
        sts.submit(0);

        sts.fail(0, "MODEL_ERROR");

        assertThat(sts.fragments()).containsExactly(0L);
    }

    @Test
    void aResendThatWaitsFallsAtItsDeadlineAsFailed() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.backpressure("pause", null);
        sts.fail(0, "MODEL_ERROR");
        assertThat(pending.result).isNull();

        sts.clock.advanceMs(Sts.OFFSET_MS);

        assertThat(pending.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 failed");
    }

    @Test
    void partialWithAudioIsUsedAndWithoutItIsAFailure() {
        Sts sts = Sts.ready();
        Sts.Pending used = sts.submit(0);
        Sts.Pending failed = sts.submit(1);
        Map<String, Object> partial = Sts.success(0);
        partial.put("status", "partial");
        partial.put("error", map("code", "MODEL_ERROR", "retryable", true));

        sts.event(RESULT, partial);
        sts.event(RESULT, map("fragment_id", Sts.id(1).toString(), "status", "partial", "dubbed_audio", null));

        assertThat(used.dubbed()).isTrue();
        assertThat(failed.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("1 failed");
    }

    @Test
    void audioThatIsNotThereOrNotBase64IsUnusable() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 4; n++) {
            sts.submit(n);
            Map<String, Object> result = Sts.success(n);
            result.put("dubbed_audio", n == 0 ? null : map("data_base64", n == 1 ? "" : n == 2 ? 7 : "@@"));
            sts.event(RESULT, result);
        }

        assertThat(sts.seen.fallbacks).containsExactly("0 unusable", "1 unusable", "2 unusable", "3 unusable");
        assertThat(sts.acks()).containsExactly("0 received", "1 received", "2 received", "3 received");
    }

    @Test
    void atMostTheWindowIsInFlightAndTheRestIsSentInOrderWhenThereIsRoom() {
        Sts sts = Sts.ready();
        for (int n = 0; n < 6; n++) {
            sts.submit(n);
        }
        assertThat(sts.fragments()).containsExactly(0L, 1L, 2L);

        sts.succeed(1);
        assertThat(sts.fragments()).as("a strict service still counts it").containsExactly(0L, 1L, 2L);
        sts.session.applied(Sts.id(1));
        assertThat(sts.fragments()).containsExactly(0L, 1L, 2L, 3L);
        sts.succeed(2);
        sts.session.applied(Sts.id(2));

        assertThat(sts.fragments()).containsExactly(0L, 1L, 2L, 3L, 4L);
        assertThat(sts.sequences()).containsExactly(0, 1, 2, 3, 4);
        assertThat(sts.seen.mostInflight).isEqualTo(3);
    }

    @Test
    void aFullWindowFallsAtTheDeadlineAsOverloadAndSpendsNoNumber() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        sts.submit(0, 20_000);
        Sts.Pending waiting = sts.submit(1);

        sts.clock.advanceMs(Sts.OFFSET_MS);
        assertThat(waiting.original()).isTrue();
        sts.succeed(0);
        sts.session.applied(Sts.id(0));
        sts.submit(2);

        assertThat(sts.seen.fallbacks).containsExactly("1 overload");
        assertThat(sts.fragments()).containsExactly(0L, 2L);
        assertThat(sts.sequences()).containsExactly(0, 1);
    }

    @Test
    void aResultThatIsNeverConfirmedKeepsItsPlaceForAWhileOnly() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        sts.submit(0);
        sts.succeed(0);
        sts.submit(1, 20_000);
        assertThat(sts.fragments()).containsExactly(0L);

        sts.clock.advanceMs(Sts.OFFSET_MS + 2_000);

        assertThat(sts.fragments()).containsExactly(0L, 1L);
        sts.session.applied(Sts.id(0));
        assertThat(sts.acks()).containsExactly("0 applied");
    }

    @Test
    void anOvertakenFragmentKeepsItsPlaceInTheWindow() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        sts.submit(0);
        sts.clock.advanceMs(Sts.OFFSET_MS);
        sts.submit(1);
        assertThat(sts.fragments()).containsExactly(0L);

        sts.clock.advanceMs(2_500);

        assertThat(sts.fragments()).as("its timeout frees it").containsExactly(0L, 1L);
    }

    @Test
    void whatWaitsIsBounded() {
        Sts sts = new Sts(StsSettings.Loss.EXIT, 2, 1).opened();
        for (int n = 0; n <= FragmentSender.MAX_WAITING; n++) {
            assertThat(sts.submit(n).result).isNull();
        }

        assertThat(sts.submit(99).original()).isTrue();

        assertThat(sts.seen.fallbacks).containsExactly("99 overload");
    }

    @Test
    void whatCannotBeSentAtAllIsOriginal() {
        Sts sts = Sts.ready();
        Fragment one = sts.fragment(0);
        Fragment large = new Fragment(
                Sts.id(1),
                0,
                0,
                one.startedNs(),
                one.deadlineNs(),
                48_000,
                2,
                one.durationNs(),
                new byte[8 * 1024 * 1024]);

        Sts.Pending tooLarge = new Sts.Pending(sts.session.submit(large));
        Sts.Pending tooLate = sts.submit(2, 0);
        sts.submit(3);
        Sts.Pending inFlightTwice = sts.submit(3);
        sts.backpressure("pause", null);
        sts.submit(4);
        Sts.Pending waitingTwice = sts.submit(4);

        assertThat(List.of(tooLarge, tooLate, inFlightTwice, waitingTwice)).allMatch(Sts.Pending::original);
        assertThat(sts.seen.fallbacks).containsExactly("1 failed", "2 late", "3 failed", "4 failed");
        assertThat(sts.sequences()).containsExactly(0);
        assertThatThrownBy(() -> new Fragment(UUID.randomUUID(), 0, 0, 0, 0, 0, 1, 1, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Fragment(UUID.randomUUID(), 0, 0, 0, 0, 1, 1, -1, new byte[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknownAndDoubleResultsAreDropped() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.succeed(0);
        sts.succeed(0);
        assertThat(sts.acks()).as("handed out: its own answer comes").isEmpty();
        sts.session.applied(Sts.id(0));
        sts.succeed(0);

        sts.succeed(55);
        sts.event(RESULT, map("fragment_id", "not an id!", "status", "success"));
        sts.acknowledge(55);
        sts.refuse(55, "MODEL_ERROR");

        assertThat(pending.dubbed()).isTrue();
        assertThat(sts.acks()).containsExactly("0 applied", "55 received");
        assertThat(sts.seen.warnings).hasSize(5);
    }

    @Test
    void eventsThatMeanNothingChangeNothing() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);

        sts.event("fragment:processed", "text");
        sts.event("fragment:processed", map("status", "success"));
        sts.event("fragment:ack", List.of());
        sts.event("backpressure", map("action", "jump"));
        sts.event("error", map("code", "MODEL_ERROR", "message", "the whole service"));
        sts.event("some:thing", map());
        sts.event("stream:complete", map());

        assertThat(pending.result).isNull();
        assertThat(sts.session.state()).isEqualTo("Ready");
        assertThat(sts.seen.warnings)
                .hasSize(5)
                .anyMatch(line -> line.contains("MODEL_ERROR: the whole service"))
                .anyMatch(line -> line.contains("jump"));
    }

    @Test
    void aFloodIsDroppedWithOneWarningASecond() {
        Sts sts = Sts.ready();

        for (int n = 0; n < 1_000; n++) {
            sts.succeed(n + 100);
        }

        assertThat(sts.acks()).hasSize(EventLimit.PER_SECOND - 1);
        assertThat(sts.seen.warnings)
                .filteredOn(line -> line.contains("events a second"))
                .hasSize(1);
        sts.clock.advanceMs(1_000);
        sts.submit(0);
        sts.succeed(0);
        assertThat(sts.seen.roundTrips).hasSize(1);
    }

    @Test
    void whatIsRememberedIsBounded() {
        Results results = new Results();
        results.newSession();
        for (int n = 0; n < 10_000; n++) {
            results.answered("a" + n);
            results.handedOut("h" + n);
        }

        assertThat(results.of("a0")).isEqualTo(Results.PastFragment.UNANSWERED);
        assertThat(results.of("a9999")).isEqualTo(Results.PastFragment.ANSWERED);
        assertThat(results.isHandedOut("h" + (9_999 - Results.REMEMBERED))).isFalse();
        assertThat(results.isHandedOut("h" + (10_000 - Results.REMEMBERED))).isTrue();
    }
}
