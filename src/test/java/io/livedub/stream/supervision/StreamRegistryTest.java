package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.livedub.config.Setting;
import io.livedub.config.SettingLines;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.sound.Bed;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.SegmentEvent;
import io.livedub.stream.events.StreamEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

class StreamRegistryTest {
    private static final int LIMIT = 3;

    private final VirtualClock clock = new VirtualClock();
    private final FakeLauncher launcher = new FakeLauncher();
    private final Seen seen = new Seen();
    private boolean memoryLeft = true;
    private final StreamRegistry registry = new StreamRegistry(
            launcher,
            new Capacity(LIMIT, () -> memoryLeft),
            clock,
            InstantSource.system(),
            id -> new StreamSpec(
                    id,
                    "rtmp://h/live/" + id + "/in",
                    "rtmp://h/live/" + id + "/out",
                    TestSettings.SPANISH,
                    Duration.ofSeconds(30)),
            SettingStore.NONE,
            seen);

    private static final class Seen implements SupervisionObserver {
        final List<String> removed = new ArrayList<>();
        final List<String> failed = new ArrayList<>();
        int refused;

        @Override
        public Runnable failed(StreamListing stream, StreamState.Failed failure) {
            failed.add(stream.streamId() + " " + failure.exitCode());
            return () -> {};
        }

        @Override
        public Runnable refused(StreamId streamId, int limit) {
            refused++;
            return () -> {};
        }

        @Override
        public void removed(StreamId streamId) {
            removed.add(streamId.value());
        }
    }

    @Test
    void oneWorkerForEachIdHoweverOftenItIsReady() {
        // when
        StartAnswer first = registry.ready(new StreamId("a"), "1");
        StartAnswer again = registry.ready(new StreamId("a"), "1");
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(first).isInstanceOf(StartAnswer.Accepted.class);
        assertThat(((StartAnswer.Accepted) first).isNew()).isTrue();
        assertThat(((StartAnswer.Accepted) again).isNew()).isFalse();
        assertThat(((StartAnswer.Accepted) again).correlationId())
                .isEqualTo(((StartAnswer.Accepted) first).correlationId());
    }

    @Test
    void anOutputKeepsItsPathWhenTheFirstLanguageIsRemoved() {
        StreamId id = new StreamId("a");
        registry.ready(id, "1");
        registry.changeTargets(id, targets -> List.of(targets.get(0), Target.of("fr")));
        // when
        registry.changeTargets(id, targets -> List.of(Target.of("fr")));
        // then
        assertThat(registry.one(id).orElseThrow().atOut())
                .isEqualTo(TestSettings.SPANISH.first().key());
        // when
        launcher.last().fails(ExitCode.NO_SOURCE);
        clock.advanceMs(1_000);
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.one(id).orElseThrow().atOut())
                .as("a new run publishes its first language at out")
                .isEqualTo("fr");
    }

    @Test
    void aFailedStreamIsStartedAgainAfterDoublingWaitsUpToAMinute() {
        // given
        registry.ready(new StreamId("a"), "1");
        List<Long> waits = new ArrayList<>();
        // when
        for (int i = 0; i < 9; i++) {
            launcher.last().fails(ExitCode.NO_SOURCE);
            long failedNs = clock.nowNs();
            int before = launcher.runs.size();
            while (launcher.runs.size() == before) {
                clock.advanceMs(1000);
            }
            waits.add((clock.nowNs() - failedNs) / 1_000_000_000L);
        }
        // then
        assertThat(waits).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    @Test
    void aRunOfAMinuteMakesTheNextFailureAFirstOne() {
        // given
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(1_000);
        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(2_000);
        // when
        clock.advanceMs(60_000);
        launcher.last().fails(ExitCode.PUBLISHING);
        // then
        assertThat(registry.one(new StreamId("a")).orElseThrow().restartIn()).contains(Duration.ofSeconds(1));
    }

    @Test
    void theReasonOfAFailureIsKeptWhileItWaitsAndWhenItRunsAgain() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        launcher.last().fails(ExitCode.STS_LOST);
        // then
        StreamListing waiting = registry.one(new StreamId("a")).orElseThrow();
        assertThat(waiting.status().state())
                .isEqualTo(new StreamState.Failed("because of STS_LOST", ExitCode.STS_LOST));
        clock.advanceMs(1_000);
        StreamListing running = registry.one(new StreamId("a")).orElseThrow();
        assertThat(running.lastFailure()).contains("because of STS_LOST");
        assertThat(running.status().state()).isEqualTo(new StreamState.Connecting());
        assertThat(running.failures()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = ExitCode.class,
            names = {"USAGE", "UNSUPPORTED_SOURCE", "GSTREAMER_MISSING"})
    void aFinalReasonIsShownAndNotTriedAgain(ExitCode code) {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        launcher.last().fails(code);
        clock.advanceMs(3_600_000);
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(registry.one(new StreamId("a")).orElseThrow().status().state())
                .isInstanceOf(StreamState.Failed.class);
        assertThat(registry.occupied()).isZero();
    }

    @Test
    void anotherPublisherIsAnotherTryAfterAFinalReason() {
        // given
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.UNSUPPORTED_SOURCE);
        // when
        registry.ready(new StreamId("a"), "2");
        // then
        assertThat(launcher.runs).hasSize(2);
    }

    @Test
    void aPublisherThatComesWhileARestartIsWaitedForEndsTheWait() {
        // given
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.NO_SOURCE);
        // when
        registry.ready(new StreamId("a"), "1");
        clock.advanceMs(60_000);
        // then
        assertThat(launcher.runs).hasSize(2);
    }

    @Test
    void aStreamThatEndedIsForgotten() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        launcher.last().ends();
        // then
        assertThat(registry.all()).isEmpty();
        assertThat(seen.removed).containsExactly("a");
    }

    @Test
    void backWithinTheGraceTheSameRunGoesOn() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        registry.notReady(new StreamId("a"), "1");
        registry.ready(new StreamId("a"), "2");
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(launcher.last().told).containsExactly("gone", "there");
    }

    @Test
    void theOldPublishersEndAfterTheNewOnesBeginningIsNotTheStreams() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        registry.ready(new StreamId("a"), "2");
        registry.notReady(new StreamId("a"), "1");
        // then
        assertThat(launcher.last().told).containsExactly("there");
        // when
        registry.notReady(new StreamId("a"), "2");
        // then
        assertThat(launcher.last().told).containsExactly("there", "gone");
    }

    @Test
    void aSourceWithoutAnIdIsTheOneThatIsThere() {
        // given
        registry.ready(new StreamId("a"), "");
        // when
        registry.notReady(new StreamId("a"), "1");
        registry.notReady(new StreamId("a"), "");
        // then
        assertThat(launcher.last().told).containsExactly("gone", "gone");
    }

    @Test
    void aStreamWhosePublisherHasGoneIsNotStartedAgain() {
        // given
        registry.ready(new StreamId("a"), "1");
        registry.notReady(new StreamId("a"), "1");
        // when
        launcher.last().fails(ExitCode.NO_SOURCE);
        clock.advanceMs(120_000);
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(registry.all()).isEmpty();
        assertThat(seen.failed).containsExactly("a NO_SOURCE");
    }

    @Test
    void notReadyEndsTheWaitForARestart() {
        // given
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.PUBLISHING);
        // when
        registry.notReady(new StreamId("a"), "1");
        clock.advanceMs(120_000);
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(registry.all()).isEmpty();
    }

    @Test
    void aPublisherThatComesWhileTheLastOnesRestAirsBeginsAnewBehindIt() {
        // given
        registry.ready(new StreamId("a"), "1");
        registry.notReady(new StreamId("a"), "1");
        launcher.last().drains();
        // when
        registry.ready(new StreamId("a"), "2");
        assertThat(launcher.runs).hasSize(1);
        launcher.last().ends();
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.one(new StreamId("a")).orElseThrow().status().state())
                .isEqualTo(new StreamState.Connecting());
    }

    @Test
    void startedWhileItStopsItBeginsAnewBehindIt() {
        // given
        registry.ready(new StreamId("a"), "");
        registry.stop(new StreamId("a"), "by test");
        // when
        registry.ready(new StreamId("a"), "");
        launcher.last().fails(ExitCode.PUBLISHING);
        // then
        assertThat(launcher.runs).hasSize(2);
    }

    @Test
    void stoppedItIsNotStartedAgainWhateverItsEnd() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        assertThat(registry.stop(new StreamId("a"), "by test")).isTrue();
        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(120_000);
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(registry.all()).isEmpty();
        assertThat(registry.stop(new StreamId("a"), "by test")).isFalse();
    }

    @Test
    void capacityIsANumberAndARestartKeepsItsPlace() {
        // given
        registry.ready(new StreamId("a"), "");
        registry.ready(new StreamId("b"), "");
        registry.ready(new StreamId("c"), "");
        launcher.last().fails(ExitCode.NO_SOURCE);
        // then
        assertThat(registry.ready(new StreamId("d"), "")).isEqualTo(new StartAnswer.Full(LIMIT));
        assertThat(registry.hasRoom()).isFalse();
        assertThat(seen.refused).isEqualTo(1);
        assertThat(registry.ready(new StreamId("a"), "")).isInstanceOf(StartAnswer.Accepted.class);
        // when
        launcher.runs.get(0).ends();
        // then
        assertThat(registry.ready(new StreamId("d"), "")).isInstanceOf(StartAnswer.Accepted.class);
    }

    @Test
    void withoutMemoryNoMoreAreTakenAndThoseThatAreThereStay() {
        // given
        registry.ready(new StreamId("a"), "");
        memoryLeft = false;
        // then
        assertThat(registry.ready(new StreamId("b"), "")).isInstanceOf(StartAnswer.Full.class);
        assertThat(registry.ready(new StreamId("a"), "")).isInstanceOf(StartAnswer.Accepted.class);
        launcher.last().fails(ExitCode.NO_SOURCE);
        clock.advanceMs(1_000);
        assertThat(launcher.runs).hasSize(2);
    }

    @Test
    void aFailureTouchesNoOtherStream() {
        // given
        for (String id : List.of("a", "b", "c")) {
            registry.ready(new StreamId(id), "");
        }
        // when
        launcher.runs.get(1).fails(ExitCode.INTERNAL);
        // then
        assertThat(launcher.runs.get(0).told).isEmpty();
        assertThat(launcher.runs.get(2).told).isEmpty();
        assertThat(registry.all())
                .extracting(stream -> stream.streamId().value())
                .containsExactly("a", "b", "c");
    }

    @Test
    void drainingTakesNothingMoreStopsAllAndWaitsForTheLast() {
        // given
        registry.ready(new StreamId("a"), "");
        registry.ready(new StreamId("b"), "");
        registry.ready(new StreamId("c"), "");
        launcher.last().fails(ExitCode.NO_SOURCE);
        // when
        CompletableFuture<Void> drained = registry.drain(stream -> stream.stop("SIGTERM"));
        // then
        assertThat(registry.ready(new StreamId("d"), "")).isEqualTo(new StartAnswer.ShuttingDown());
        assertThat(registry.hasRoom()).isFalse();
        assertThat(launcher.runs.get(0).told).containsExactly("stop");
        launcher.runs.get(0).ends();
        assertThat(drained).isNotDone();
        launcher.runs.get(1).fails(ExitCode.PUBLISHING);
        assertThat(drained).isDone();
        clock.advanceMs(120_000);
        assertThat(launcher.runs).hasSize(3);
    }

    @Test
    void nothingToDrainIsDrainedAtOnce() {
        assertThat(registry.drain(stream -> stream.stop("SIGTERM"))).isDone();
    }

    @Test
    void storedFailuresAreBounded() {
        // when
        for (int i = 0; i < 250; i++) {
            registry.ready(new StreamId("s" + i), "");
            launcher.last().fails(ExitCode.UNSUPPORTED_SOURCE);
        }
        // then
        assertThat(registry.all()).hasSize(100);
        assertThat(registry.one(new StreamId("s249"))).isPresent();
    }

    private static StreamEvent aired(
            long batch, long outputNs, boolean dubbed, String why, String transcript, String translation) {
        return new SegmentEvent.Aired(
                        new UUID(0, batch),
                        batch,
                        outputNs,
                        outputNs,
                        6_000_000_000L,
                        dubbed,
                        why,
                        transcript,
                        translation)
                .of("es");
    }

    @Test
    void captionsComeWithTheirNumbersAndGoWithTheRun() {
        // given
        registry.ready(new StreamId("a"), "");
        launcher.last().news.accept(aired(0, 500_000_000L, true, "fit", "hello", "hola"));
        launcher.last().news.accept(aired(1, 6_500_000_000L, false, "late", "", ""));
        launcher.last().news.accept(aired(2, 12_500_000_000L, true, "fit", "bye", "adiós"));
        // then
        assertThat(registry.board(new StreamId("a")).orElseThrow().captions(0))
                .extracting(c -> c.batch())
                .containsExactly(0L, 2L);
        assertThat(registry.board(new StreamId("a")).orElseThrow().captions(1))
                .extracting(c -> c.translation())
                .containsExactly("adiós");
        assertThat(registry.board(new StreamId("other"))).isEmpty();
    }

    @Test
    void streamsThatNeedNoProcessAreLeftOnAirWhenItEnds() {
        // given
        launcher.outlives = true;
        registry.ready(new StreamId("a"), "1");
        registry.ready(new StreamId("b"), "1");
        launcher.last().fails(ExitCode.NO_SOURCE);
        // when
        CompletableFuture<Void> drained = registry.drain(stream -> stream.stop("SIGTERM"));
        clock.advanceMs(60_000);
        // then
        assertThat(drained).isDone();
        assertThat(launcher.runs).hasSize(2);
        assertThat(launcher.runs.get(0).told).isEmpty();
        assertThat(registry.ready(new StreamId("c"), "1")).isInstanceOf(StartAnswer.ShuttingDown.class);
    }

    private StreamRegistry backed() {
        return new StreamRegistry(
                launcher,
                new Capacity(LIMIT, () -> memoryLeft),
                clock,
                InstantSource.system(),
                id -> new StreamSpec(
                        id,
                        "rtmp://h/live/" + id + "/in",
                        "rtmp://h/live/" + id + "/out",
                        TestSettings.SPANISH.withBackup(),
                        Duration.ofSeconds(30)),
                SettingStore.NONE,
                seen);
    }

    @ParameterizedTest
    @EnumSource(
            value = ExitCode.class,
            names = {"PUBLISHING", "STS_LOST", "INTERNAL", "OUT_OF_MEMORY"})
    void aStreamThatFailsWithItsBackupOnAirIsStartedAgainThoughItsPublisherIsGone(ExitCode code) {
        // given
        StreamRegistry registry = backed();
        registry.ready(new StreamId("a"), "1");
        registry.notReady(new StreamId("a"), "1");
        // when
        launcher.last().fails(code);
        clock.advanceMs(1_000);
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.one(new StreamId("a"))).isPresent();
    }

    @Test
    void itEndsWhenThatRunFindsNeitherSource() {
        // given
        StreamRegistry registry = backed();
        registry.ready(new StreamId("a"), "1");
        registry.notReady(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(1_000);
        // when
        launcher.last().fails(ExitCode.NO_SOURCE);
        clock.advanceMs(3_600_000);
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.one(new StreamId("a"))).isEmpty();
    }

    @Test
    void aPublisherThatGoesWhileAStreamWithABackupWaitsForItsRestartDoesNotCancelIt() {
        // given
        StreamRegistry registry = backed();
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.PUBLISHING);
        // when
        registry.notReady(new StreamId("a"), "1");
        clock.advanceMs(1_000);
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.one(new StreamId("a"))).isPresent();
    }

    @Test
    void whatTheApiAndTheQueryHaveSaidIsKeptUntilTheStreamIsGone() {
        // given
        Map<StreamId, SettingSources> kept = new HashMap<>();
        SettingRules rules = new SettingRules(8, true, false);
        SettingsPatch api = new SettingsPatch.Builder(rules)
                .say(Setting.TARGETS, "targets", "fr:anna,original")
                .build();
        SettingsPatch query =
                new SettingsPatch.Builder(rules).say(Setting.BED, "bed", "duck").build();
        StreamRegistry first = keeping(kept);
        first.ready(new StreamId("a"), "1", query);
        first.change(new StreamId("a"), api);
        SettingSources said = SettingLines.read(SettingLines.of(kept.get(new StreamId("a"))), rules);
        // when
        StreamRegistry second = keeping(new HashMap<>());
        second.resume(new StreamId("a"), said);
        // then
        assertThat(said).isEqualTo(kept.get(new StreamId("a")));
        assertThat(launcher.last().settings.targets()).extracting(Target::key).containsExactly("fr", "original");
        assertThat(launcher.last().settings.dub().sound().bed()).isEqualTo(Bed.DUCK);
        // when
        first.stop(new StreamId("a"), "by test");
        launcher.runs.get(0).ends();
        // then
        assertThat(kept.get(new StreamId("a"))).isEqualTo(SettingSources.NONE);
    }

    private StreamRegistry keeping(Map<StreamId, SettingSources> kept) {
        return new StreamRegistry(
                launcher,
                new Capacity(LIMIT, () -> memoryLeft),
                clock,
                InstantSource.system(),
                id -> new StreamSpec(
                        id,
                        "rtmp://h/live/" + id + "/in",
                        "rtmp://h/live/" + id + "/out",
                        TestSettings.SPANISH,
                        Duration.ofSeconds(30)),
                new SettingsOnDisk(id -> SettingsPatch.NOTHING, kept::put),
                seen);
    }
}
