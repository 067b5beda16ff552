package io.livedub.stream.supervision;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.observe.StreamLog;
import io.livedub.spool.ServingFolder;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.LifeEvent;
import io.livedub.stream.events.StreamState;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** What becomes of the streams of a process that another process takes over. */
class HandingOverTest {
    private static final StreamId AIRED = new StreamId("aired");
    private static final StreamId SILENT = new StreamId("silent");
    private static final StreamId FAILING = new StreamId("failing");
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final VirtualClock clock = new VirtualClock(0);
    private final FakeLauncher launcher = new FakeLauncher();
    private final List<StreamId> forgotten = new ArrayList<>();
    private final List<StreamId> kept = new ArrayList<>();
    private final StreamRegistry registry = new StreamRegistry(
            launcher,
            new Capacity(10, () -> true),
            clock,
            InstantSource.system(),
            id -> new StreamSpec(id, "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(30)),
            new SettingStore() {
                @Override
                public SettingsPatch ofFile(StreamId streamId) {
                    return SettingsPatch.NOTHING;
                }

                @Override
                public void keep(StreamId streamId, SettingSources sources) {
                    kept.add(streamId);
                    if (sources.equals(SettingSources.NONE) && registry().isHandingOver()) {
                        forgotten.add(streamId);
                    }
                }
            },
            new SupervisionTelemetry(new SimpleMeterRegistry()));

    private StreamRegistry registry() {
        return registry;
    }

    @Test
    void onlyWhatViewersHaveSeenWaitsForTheOtherProcess() {
        // given
        FakeLauncher.Run aired = live(AIRED);
        registry.ready(SILENT, "2");
        FakeLauncher.Run silent = launcher.last();
        registry.ready(FAILING, "3");
        launcher.last().fails(ExitCode.PUBLISHING);
        // when
        assertThat(registry.handOver()).containsExactlyInAnyOrder(SILENT, FAILING);
        // then
        assertThat(silent.told).containsExactly("stop");
        assertThat(aired.told).isEmpty();
        assertThat(registry.hasRoom()).isFalse();
        assertThat(registry.ready(new StreamId("new"), "4")).isInstanceOf(StartAnswer.ShuttingDown.class);
        assertThat(registry.isIdle()).isFalse();
        // when
        silent.ends();
        aired.ends();
        // then
        assertThat(registry.isIdle()).isTrue();
        assertThat(registry.handOver()).containsExactlyInAnyOrder(SILENT, FAILING);
        assertThat(forgotten).as("settings that the other process has by now").isEmpty();
    }

    @Test
    void aStreamThatCannotBeHandedOverEndsWhenTheOthersHaveGone() {
        // given
        FakeLauncher.Run first = live(AIRED);
        FakeLauncher.Run stuck = live(SILENT);
        registry.handOver();
        clock.advanceMs(HandingOver.LIMIT.toMillis());
        // when no stream has gone
        assertThat(registry.handOver()).isEmpty();
        // then
        assertThat(stuck.told).isEmpty();
        // when one has gone
        first.ends();
        assertThat(registry.handOver()).containsExactly(SILENT);
        registry.handOver();
        // then
        assertThat(stuck.told).containsExactly("stop");
    }

    private FakeLauncher.Run live(StreamId streamId) {
        registry.ready(streamId, streamId.value());
        FakeLauncher.Run run = launcher.last();
        run.news.accept(new LifeEvent.Life(StreamState.initial(), new StreamState.Live(), "frames arrive"));
        return run;
    }

    private ServingWatch watch(Path segments, Runnable takeUpLeft) {
        return new ServingWatch(
                new ServingFolder(segments), registry, clock, Runnable::run, takeUpLeft, StreamLog.ofProcess());
    }

    @Test
    void aStreamThatGoesOverToAProcessThatHasDiedIsTakenUpAgain(@TempDir Path segments) throws IOException {
        // given
        FakeLauncher.Run aired = live(AIRED);
        AtomicInteger looks = new AtomicInteger();
        watch(segments, looks::incrementAndGet).begin();
        ServingFolder other = new ServingFolder(segments);
        other.ask();
        clock.advanceMs(500);
        assertThat(registry.isHandingOver()).isTrue();
        // when
        other.withdraw();
        clock.advanceMs(500);
        kept.clear();
        aired.ends();
        // then
        assertThat(kept)
                .as("settings that are changed of a stream that is on its way")
                .isEmpty();
        assertThat(looks).hasValue(1);
        clock.advanceMs(HandingOver.STILL_GOING.toMillis());
        int last = looks.get();
        assertThat(last).isGreaterThan(200);
        clock.advanceMs(5000);
        assertThat(looks).hasValue(last);
    }

    @Test
    void aProcessThatIsToldToEndLeavesItsStreamsToTheNext(@TempDir Path segments) throws IOException {
        // given
        ServingWatch watch = watch(segments, () -> {});
        ServingWatch next = watch(segments, () -> {});
        watch.leave(Set.of(AIRED));
        assertThat(next.takeLeft(A_MINUTE)).as("one that does not serve").isEmpty();
        watch.begin();
        // when
        watch.leave(Set.of(AIRED));
        // then
        assertThat(new ServingFolder(segments).left()).containsExactly(AIRED);
        assertThat(watch.takeLeft(A_MINUTE)).containsExactly(AIRED);
        assertThat(watch.takeLeft(A_MINUTE)).as("the second time").isEmpty();
    }

    /** Worker threads end with the drain, and refuse what comes then. */
    @Test
    void aProcessThatDrainsLooksNoMore(@TempDir Path segments) throws IOException {
        // given
        watch(segments, () -> {}).begin();
        clock.advanceMs(500);
        // when
        registry.drain(stream -> stream.stop("told to end"));
        new ServingFolder(segments).ask();
        clock.advanceMs(5000);
        // then
        assertThat(registry.isHandingOver()).isFalse();
    }

    @Test
    void whatAProcessLeftLongAgoIsNotBegun(@TempDir Path segments) throws IOException {
        // given
        ServingWatch watch = watch(segments, () -> {});
        watch.begin();
        watch.leave(Set.of(AIRED));
        Path left = segments.resolve(".serve/left");
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(A_MINUTE.multipliedBy(2))));
        // when, then
        assertThat(watch.takeLeft(A_MINUTE)).isEmpty();
        assertThat(left).doesNotExist();
    }

    @Test
    void streamsBeginAgainWhenTheOtherProcessGoesAway() {
        // given
        registry.ready(SILENT, "2");
        registry.handOver();
        launcher.last().ends();
        // when
        registry.keep();
        // then
        assertThat(launcher.runs).hasSize(2);
        assertThat(registry.hasRoom()).isTrue();
        assertThat(registry.handOver()).containsExactly(SILENT);
    }

    /** The other process has its ports until the last stream has gone over. */
    @Test
    void whatTheOtherProcessWasToldMeanwhileHoldsHere() {
        // given
        SettingSources before = SettingSources.NONE.withApi(SettingsPatch.ofTargets(targets("es", "fr")));
        registry.resume(AIRED, before);
        FakeLauncher.Run run = launcher.last();
        run.news.accept(new LifeEvent.Life(new StreamState.Connecting(), new StreamState.Live(), "frames"));
        registry.resume(FAILING, before);
        launcher.last().fails(ExitCode.PUBLISHING);
        int runs = launcher.runs.size();

        // when
        SaidMeanwhile.tell(registry, streamId -> before);
        // then
        assertThat(run.told).doesNotContain("settings");

        // when
        SaidMeanwhile.tell(registry, streamId -> before.withApi(SettingsPatch.ofTargets(targets("fr"))));
        // then
        assertThat(run.settings.targets()).isEqualTo(targets("fr"));
        assertThat(registry.one(AIRED).orElseThrow().settings().targets()).isEqualTo(targets("fr"));
        assertThat(launcher.runs).as("one that waits for its restart").hasSize(runs);
    }

    private static List<Target> targets(String... languages) {
        return Stream.of(languages).map(Target::of).toList();
    }
}
