package io.livedub.sts;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static io.livedub.sts.FakeTransport.map;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Connecting, introducing, losing, coming back, ending. */
class SessionLifeTest {
    @Test
    void introducesItselfWithTheRealFormat() {
        Sts sts = new Sts();

        sts.session.start(44_100, 1);
        sts.connected();

        assertThat(sts.events()).containsExactly("stream:init");
        Map<String, Object> init = sts.transport.line().all("stream:init").get(0);
        assertThat(init)
                .containsOnlyKeys("stream_id", "worker_id", "config", "max_inflight", "timeout_ms")
                .containsEntry("stream_id", "stream-1")
                .containsEntry("worker_id", "worker-1")
                .containsEntry("max_inflight", 3)
                .containsEntry("timeout_ms", 8_000);
        assertThat(init.get("config"))
                .isEqualTo(map(
                        "source_language", "en",
                        "target_language", "es",
                        "voice_profile", "default",
                        "chunk_duration_ms", 6_000,
                        "sample_rate_hz", 44_100,
                        "channels", 1,
                        "format", "m4a"));
        assertThat(sts.session.state()).isEqualTo("AwaitingReady");
    }

    @Test
    void saysNothingOfTheLostSessionBeforeTheNextIsReady() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.succeed(0);
        sts.session.sourceLost("gone");
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.connected();

        sts.session.applied(Sts.id(0));
        sts.session.sourceBack();

        assertThat(sts.events()).containsExactly("stream:init");
    }

    @Test
    void startsOnceAndNotAfterItsEnd() {
        Sts sts = Sts.ready();
        sts.session.start(44_100, 1);
        assertThat(sts.transport.lines).hasSize(1);

        Sts closed = new Sts();
        closed.session.close();
        closed.session.start(44_100, 1);
        assertThat(closed.transport.lines).isEmpty();
    }

    @Test
    void refusesAFormatThatIsNone() {
        Sts sts = new Sts();
        assertThatThrownBy(() -> sts.session.start(0, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> sts.session.start(48_000, 94)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Such sound is relayed, and a dub that fits in is aired: the stream must not end for it. */
    @Test
    void takesAsManyChannelsAsAacCanHave() {
        Sts sts = new Sts();
        sts.session.start(48_000, 93);
        sts.accept();
        assertThat(sts.session.state()).isEqualTo("Ready");
    }

    @Test
    void theServicesWindowCountsAndIsClamped() {
        for (Map.Entry<Object, Integer> given : List.<Map.Entry<Object, Integer>>of(
                Map.entry(1, 1), Map.entry(0, 1), Map.entry("2", 2), Map.entry(99, 10), Map.entry("many", 3))) {
            Sts sts = new Sts();
            sts.session.start(44_100, 1);
            sts.connected();
            sts.event("stream:ready", map("max_inflight", given.getKey(), "capabilities", List.of()));

            // A level of which nothing is known is not filled at once: answers have to show first that the service
            // can do it.
            int answered = 0;
            for (int n = 0; n < 200; n++) {
                sts.submit(n);
                if (n % 12 == 11) {
                    sts.clock.advanceMs(100);
                    for (long done :
                            sts.fragments().subList(answered, sts.fragments().size())) {
                        sts.succeed((int) done);
                        sts.session.applied(Sts.id((int) done));
                        answered++;
                    }
                }
            }

            assertThat(sts.seen.mostInflight)
                    .as("max_inflight %s", given.getKey())
                    .isEqualTo(given.getValue());
        }
    }

    @Test
    void readyWithoutAnythingInItIsReady() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        sts.event("stream:ready", null);
        assertThat(sts.session.state())
                .as("before the connection it means nothing")
                .isEqualTo("Connecting");
        sts.connected();
        sts.connected();
        sts.event("stream:ready", null);
        sts.event("stream:ready", "again");
        assertThat(sts.session.state()).isEqualTo("Ready");
        assertThat(sts.seen.states)
                .containsExactly("Disconnected → Connecting", "Connecting → AwaitingReady", "AwaitingReady → Ready");
    }

    @Test
    void noReadyWithinTenSecondsIsAFailedAttempt() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        sts.connected();

        sts.clock.advanceMs(9_999);
        assertThat(sts.session.state()).isEqualTo("AwaitingReady");
        sts.clock.advanceMs(1);

        assertThat(sts.session.state()).isEqualTo("Reconnecting");
        assertThat(sts.transport.line().closed).isTrue();
    }

    @Test
    void noConnectionWithinTenSecondsIsAFailedAttempt() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);

        sts.clock.advanceMs(10_000);

        assertThat(sts.session.state()).isEqualTo("Reconnecting");
    }

    @Test
    void reconnectsAfter2And4And8And16And32SecondsAndThenIsLost() {
        Sts sts = Sts.ready();
        List<String> lost = new ArrayList<>();
        sts.session.lost().subscribe().with(lost::add);
        sts.drop();

        for (int seconds : new int[] {2, 4, 8, 16, 32}) {
            int before = sts.transport.lines.size();
            sts.clock.advanceMs(seconds * 1_000L - 1);
            assertThat(sts.transport.lines).hasSize(before);
            sts.clock.advanceMs(1);
            assertThat(sts.transport.lines).hasSize(before + 1);
            assertThat(lost).isEmpty();
            sts.drop();
        }

        assertThat(lost).containsExactly("gone");
        assertThat(sts.session.state()).isEqualTo("Lost");
        sts.clock.advanceMs(600_000);
        assertThat(sts.transport.lines).hasSize(6);
        assertThat(sts.submit(1).original()).isTrue();
        sts.session.close();
        assertThat(sts.session.state()).isEqualTo("Lost");
        assertThat(sts.clock.pendingTasks()).isZero();
    }

    @Test
    void withLossOriginalItGoesOnTryingEvery32Seconds() {
        Sts sts = new Sts(StsSettings.Loss.ORIGINAL, 2, 3);
        List<String> lost = new ArrayList<>();
        sts.session.lost().subscribe().with(lost::add);
        sts.transport.refusing = true;
        sts.session.start(44_100, 1);

        sts.clock.advanceMs(62_000 + 10 * 32_000);

        assertThat(sts.session.state()).isEqualTo("Reconnecting");
        assertThat(lost).isEmpty();
        sts.transport.refusing = false;
        sts.clock.advanceMs(32_000);
        sts.accept();
        assertThat(sts.session.state()).isEqualTo("Ready");
    }

    @Test
    void successResetsTheCountOfAttempts() {
        Sts sts = Sts.ready();
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.drop();
        sts.clock.advanceMs(4_000);
        sts.accept();
        assertThat(sts.seen.reconnects).isEqualTo(1);

        sts.drop();
        int before = sts.transport.lines.size();
        sts.clock.advanceMs(2_000);

        assertThat(sts.transport.lines).hasSize(before + 1);
    }

    @Test
    void unreachableAtTheStartItAirsOriginalsAndThenDubs() {
        Sts sts = new Sts();
        sts.transport.refusing = true;
        Sts.Pending before = sts.submit(0);
        assertThat(before.original()).as("not started").isTrue();
        sts.session.start(44_100, 1);
        Sts.Pending meanwhile = sts.submit(1);
        assertThat(meanwhile.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 disconnected", "1 disconnected");

        sts.transport.refusing = false;
        sts.clock.advanceMs(2_000);
        sts.accept();
        sts.clock.advanceMs(6_000);
        Sts.Pending after = sts.submit(2);
        sts.succeed(2);

        assertThat(after.dubbed()).isTrue();
        assertThat(sts.sequences()).containsExactly(0);
    }

    @Test
    void theFirstFragmentsWaitForTheFirstConnection() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        Sts.Pending early = sts.submit(0);
        sts.connected();
        Sts.Pending next = sts.submit(1);
        assertThat(early.result).isNull();

        sts.event("stream:ready", map());

        assertThat(sts.fragments()).containsExactly(0L, 1L);
        sts.succeed(0);
        assertThat(early.dubbed()).isTrue();
        assertThat(next.result).isNull();
    }

    @Test
    void whatWaitsForTheFirstConnectionFallsAtItsDeadlineOrWhenTheAttemptFails() {
        Sts sts = new Sts();
        sts.session.start(44_100, 1);
        Sts.Pending deadline = sts.submit(0, 3_000);
        Sts.Pending failure = sts.submit(1, 20_000);

        sts.clock.advanceMs(3_000);
        assertThat(deadline.original()).isTrue();
        assertThat(failure.result).isNull();
        sts.drop();

        assertThat(failure.original()).isTrue();
        assertThat(sts.seen.fallbacks).containsExactly("0 disconnected", "1 disconnected");
        sts.clock.advanceMs(2_000);
        sts.connected();
        assertThat(sts.submit(2).original())
                .as("not the first attempt any more")
                .isTrue();
    }

    @Test
    void aDisconnectIsOriginalAudioForEverythingInFlightAtOnce() {
        Sts sts = Sts.ready();
        Sts.Pending[] pending = {sts.submit(0), sts.submit(1), sts.submit(2), sts.submit(3)};

        sts.drop();

        assertThat(pending).allMatch(Sts.Pending::original);
        assertThat(sts.seen.fallbacks)
                .containsExactlyInAnyOrder("0 disconnected", "1 disconnected", "2 disconnected", "3 disconnected");
        assertThat(sts.session.inflight()).isZero();
        assertThat(sts.submit(4).original()).isTrue();
    }

    @Test
    void afterAReconnectThePartlyFilledSegmentIsNotSentAndTheNextIsSequence0() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();
        sts.clock.advanceMs(5_000);
        Sts.Pending partlyFilled = sts.submit(1);
        sts.clock.advanceMs(6_000);
        sts.submit(2);

        assertThat(partlyFilled.original()).isTrue();
        assertThat(sts.fragments()).containsExactly(2L);
        assertThat(sts.sequences()).containsExactly(0);
        assertThat(sts.seen.fallbacks).containsExactly("0 disconnected", "1 disconnected");
        assertThat(sts.events()).startsWith("stream:init");
    }

    @Test
    void aReplacedConnectionIsNotHeard() {
        Sts sts = Sts.ready();
        FakeTransport.Line old = sts.transport.line();
        sts.drop();
        sts.clock.advanceMs(2_000);
        sts.accept();

        old.listener.closed("late news");
        old.listener.connected();
        old.listener.event("stream:complete", map());

        assertThat(sts.session.state()).isEqualTo("Ready");
        assertThat(sts.seen.completed).isEmpty();
    }

    @Test
    void endsAfterTheLastResultAndWaitsForComplete() {
        Sts sts = Sts.ready();
        sts.submit(0);
        List<String> ended = new ArrayList<>();

        sts.session.end("over").subscribe().with(nothing -> ended.add("ended"));
        assertThat(sts.submit(1).original()).as("nothing new is taken").isTrue();
        assertThat(sts.events()).doesNotContain("stream:end");
        sts.succeed(0);

        assertThat(sts.transport.line().all("stream:end"))
                .containsExactly(map("stream_id", "stream-1", "reason", "over"));
        assertThat(sts.session.state()).isEqualTo("Ending");
        sts.session.applied(Sts.id(0));
        assertThat(sts.acks()).containsExactly("0 applied");
        assertThat(sts.transport.line().closed)
                .as("closing now would lose the event")
                .isFalse();
        sts.event(
                "stream:complete",
                map("total_fragments", 1, "total_duration_ms", "6000", "statistics", map("success_count", 1)));

        assertThat(ended).containsExactly("ended");
        assertThat(sts.transport.line().closed).isTrue();
        assertThat(sts.seen.completed).containsExactly("total_fragments=1 total_duration_ms=6000 success_count=1");
        assertThat(sts.session.state()).isEqualTo("Disconnected");
        assertThat(sts.clock.pendingTasks()).isZero();
    }

    @Test
    void endsAfterTheDeadlineOfWhatIsNotAnswered() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        sts.session.end("over");

        sts.clock.advanceMs(Sts.OFFSET_MS - 1);
        assertThat(sts.events()).doesNotContain("stream:end");
        sts.clock.advanceMs(1);

        assertThat(sts.events()).contains("stream:end");
        assertThat(pending.original()).isTrue();
        sts.event("stream:complete", null);
        assertThat(sts.seen.fallbacks).containsExactly("0 late");
    }

    @Test
    void doesNotWaitLongForResultsThatCannotAir() {
        Sts sts = Sts.ready();
        Sts.Pending pending = sts.submit(0);
        List<String> ended = new ArrayList<>();
        sts.session.end("the output is lost", Duration.ofSeconds(1)).subscribe().with(nothing -> ended.add("ended"));

        sts.clock.advanceMs(999);
        assertThat(sts.events()).doesNotContain("stream:end");
        sts.clock.advanceMs(1);
        assertThat(sts.transport.line().all("stream:end"))
                .containsExactly(map("stream_id", "stream-1", "reason", "the output is lost"));
        sts.succeed(0);
        assertThat(ended).as("stream:complete is waited for").isEmpty();
        sts.complete();

        assertThat(ended).containsExactly("ended");
        assertThat(pending.result).isNotNull();
        assertThat(sts.clock.pendingTasks()).isZero();
    }

    @Test
    void aServiceThatIsLostMeanwhileIsNotTold() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.session.end("the output is lost", Duration.ofSeconds(1)).subscribe().with(nothing -> {});

        sts.drop();
        sts.clock.advanceMs(1000);

        assertThat(sts.transport.lines.get(0).all("stream:end")).isEmpty();
        assertThat(sts.seen.fallbacks).containsExactly("0 disconnected");
    }

    @Test
    void theEndIsSaidOnceWhenTheLastResultComesInTime() {
        Sts sts = Sts.ready();
        sts.submit(0);
        sts.session.end("the output is lost", Duration.ofSeconds(1)).subscribe().with(nothing -> {});

        sts.clock.advanceMs(500);
        sts.succeed(0);
        sts.clock.advanceMs(500);

        assertThat(sts.transport.line().all("stream:end")).hasSize(1);
    }

    @Test
    void closesWithoutCompleteAfterTenSeconds() {
        Sts sts = Sts.ready();
        List<String> ended = new ArrayList<>();
        sts.session.end("over").subscribe().with(nothing -> ended.add("first"));
        sts.session.end("again").subscribe().with(nothing -> ended.add("second"));

        sts.clock.advanceMs(9_999);
        assertThat(ended).isEmpty();
        sts.clock.advanceMs(1);

        assertThat(ended).containsExactlyInAnyOrder("first", "second");
        assertThat(sts.transport.line().closed).isTrue();
        assertThat(sts.seen.warnings).anyMatch(line -> line.contains("stream:complete"));
        assertThat(sts.transport.line().all("stream:end")).hasSize(1);
    }

    @Test
    void endsAtOnceWhenNotConnectedOrWhenTheConnectionGoes() {
        List<String> ended = new ArrayList<>();
        Sts never = new Sts();
        never.session.end("over").subscribe().with(nothing -> ended.add("never started"));
        Sts connecting = new Sts();
        connecting.session.start(44_100, 1);
        Sts.Pending held = connecting.submit(0);
        connecting.session.end("over").subscribe().with(nothing -> ended.add("connecting"));
        Sts draining = Sts.ready();
        draining.submit(0);
        draining.session.end("over").subscribe().with(nothing -> ended.add("draining"));
        draining.drop();
        Sts ending = Sts.ready();
        ending.session.end("over").subscribe().with(nothing -> ended.add("ending"));
        ending.drop();

        assertThat(ended).containsExactly("never started", "connecting", "draining", "ending");
        assertThat(held.original()).isTrue();
        for (Sts sts : List.of(never, connecting, draining, ending)) {
            assertThat(sts.session.state()).isEqualTo("Disconnected");
            sts.clock.advanceMs(600_000);
            assertThat(sts.transport.lines).hasSizeLessThan(2);
            assertThat(sts.clock.pendingTasks()).isZero();
        }
    }

    @Test
    void closeSettlesEverythingAndLeavesNoTimer() {
        Sts sts = Sts.ready();
        sts.openBreaker(10);
        Sts other = Sts.ready();
        Sts.Pending inFlight = other.submit(0);
        other.backpressure("pause", null);
        Sts.Pending waiting = other.submit(1);
        List<String> ended = new ArrayList<>();
        other.session.end("over").subscribe().with(nothing -> ended.add("ended"));

        sts.session.close();
        other.session.close();

        assertThat(inFlight.original()).isTrue();
        assertThat(waiting.original()).isTrue();
        assertThat(ended).containsExactly("ended");
        assertThat(other.submit(2).original()).isTrue();
        assertThat(sts.clock.pendingTasks() + other.clock.pendingTasks()).isZero();
    }

    @Test
    void cancellingWhatWasReturnedChangesNothing() {
        Sts sts = Sts.ready();
        var uni = sts.session.submit(sts.fragment(0));
        uni.subscribe().with(outcome -> {}).cancel();
        Sts.Pending again = new Sts.Pending(uni);

        sts.succeed(0);

        assertThat(again.dubbed()).isTrue();
    }
}
