package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Hooks that are lost are made up for by the media server's list, both ways. */
class ServerListTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeLauncher launcher = new FakeLauncher();
    private final Map<StreamId, String> server = new HashMap<>(Map.of(new StreamId("elsewhere"), "e"));
    private final StreamRegistry registry = new StreamRegistry(
            launcher,
            new Capacity(3, () -> true),
            clock,
            InstantSource.system(),
            id -> new StreamSpec(id, "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(30)),
            SettingStore.NONE,
            new SupervisionTelemetry(new SimpleMeterRegistry()));

    private Compared round() {
        clock.advanceMs(15_000);
        return registry.compare(new ServerList(server, true, clock.nowNs()));
    }

    private void only(Map<String, String> publishers) {
        server.clear();
        publishers.forEach((id, publisher) -> server.put(new StreamId(id), publisher));
    }

    @Test
    void whatIsReadyAndNotRunningIsStartedOnce() {
        // given
        only(Map.of("a", "1"));
        // when
        assertThat(round().started()).containsExactly(new StreamId("a"));
        assertThat(round()).isEqualTo(Compared.NOTHING);
        registry.ready(new StreamId("a"), "1");
        // then
        assertThat(launcher.runs).hasSize(1);
    }

    /** When there is room for some only, it is the same ones each time. */
    @Test
    void streamsStartInTheServersOrder() {
        // given
        List<String> listed = List.of("z", "m", "a", "k");
        Map<StreamId, String> publishers = new LinkedHashMap<>();
        listed.forEach(id -> publishers.put(new StreamId(id), "1"));
        // when
        Compared compared = registry.compare(new ServerList(publishers, true, clock.nowNs()));
        // then
        assertThat(compared.started()).containsExactly(new StreamId("z"), new StreamId("m"), new StreamId("a"));
        assertThat(compared.withoutRoom()).containsExactly(new StreamId("k"));
    }

    @Test
    void whoseHookComesFirstIsLeftAlone() {
        registry.ready(new StreamId("a"), "1");
        only(Map.of("a", "1"));
        assertThat(round()).isEqualTo(Compared.NOTHING);
        assertThat(launcher.last().told).isEmpty();
    }

    @Test
    void whatIsGoneForLongerThanAHookTakesIsNotReadyOnce() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        assertThat(round().gone()).isEmpty();
        assertThat(round().gone()).isEmpty();
        assertThat(round().gone()).containsExactly(new StreamId("a"));
        assertThat(round().gone()).isEmpty();
        // then
        assertThat(launcher.runs.get(0).told).containsExactly("gone");
    }

    @Test
    void whatIsMissingInOneListIsNotGone() {
        // given
        registry.ready(new StreamId("a"), "1");
        // when
        for (int n = 0; n < 10; n++) {
            only(n % 2 == 0 ? Map.of("b", "2") : Map.of("a", "1", "b", "2"));
            assertThat(round().gone()).isEmpty();
        }
    }

    @Test
    void nothingFollowsFromAnEmptyOrAPartialAnswer() {
        registry.ready(new StreamId("a"), "1");
        for (int n = 0; n < 10; n++) {
            clock.advanceMs(15_000);
            registry.compare(new ServerList(Map.of(), true, clock.nowNs()));
            registry.compare(new ServerList(Map.of(new StreamId("elsewhere"), "e"), false, clock.nowNs()));
        }
        assertThat(launcher.runs.get(0).told).isEmpty();
    }

    @Test
    void whatAHookSaidAfterTheQuestionCountsMore() {
        // given
        long askedNs = clock.nowNs();
        clock.advanceMs(100);
        registry.ready(new StreamId("a"), "2");
        registry.ready(new StreamId("b"), "1");
        registry.notReady(new StreamId("b"), "1");
        launcher.last().ends();
        // when: the answer is older
        registry.compare(new ServerList(Map.of(new StreamId("a"), "1", new StreamId("b"), "1"), true, askedNs));
        // then
        assertThat(launcher.runs).hasSize(2);
        registry.notReady(new StreamId("a"), "2");
        assertThat(launcher.runs.get(0).told).containsExactly("gone");
    }

    @Test
    void whatAnOperatorHasStoppedIsNotStartedWhileItsPublisherStays() {
        // given
        registry.ready(new StreamId("a"), "1");
        only(Map.of("a", "1"));
        registry.stop(new StreamId("a"), "stopped by the API");
        launcher.last().ends();
        // when
        for (int n = 0; n < 10; n++) {
            assertThat(round().started()).isEmpty();
        }
        assertThat(registry.all()).isEmpty();
        // when: another publisher
        only(Map.of("a", "2"));
        assertThat(round().started()).containsExactly(new StreamId("a"));
    }

    @Test
    void whatAnOperatorHasStoppedIsStartedWhenItsPublisherHasGoneAndIsBack() {
        // given: started by the API, too, so that its publisher is not known
        registry.ready(new StreamId("a"), "");
        registry.stop(new StreamId("a"), "stopped by the API");
        launcher.last().ends();
        only(Map.of("a", "1"));
        assertThat(round().started()).isEmpty();
        // when
        only(Map.of("elsewhere", "e", "elsewhere2", "e"));
        round();
        only(Map.of("a", "1"));
        // then
        assertThat(round().started()).containsExactly(new StreamId("a"));
    }

    @Test
    void whatAnOperatorHasStartedBeforeItsSourceIsThereIsLeftAlone() {
        registry.ready(new StreamId("wish"), "");
        for (int n = 0; n < 10; n++) {
            round();
        }
        assertThat(launcher.runs.get(0).told).isEmpty();
        // and: with a source it is as all others
        only(Map.of("wish", "1"));
        assertThat(round().started()).isEmpty();
        only(Map.of("elsewhere", "e"));
        round();
        round();
        assertThat(round().gone()).containsExactly(new StreamId("wish"));
    }

    @Test
    void aPublisherThatWasReplacedUnheardIsTheStreams() {
        // given
        registry.ready(new StreamId("a"), "1");
        only(Map.of("a", "2"));
        // when
        assertThat(round().started()).containsExactly(new StreamId("a"));
        // then
        assertThat(launcher.runs).hasSize(1);
        assertThat(launcher.last().told).containsExactly("there");
        registry.notReady(new StreamId("a"), "1");
        assertThat(launcher.last().told).containsExactly("there");
    }

    @Test
    void aFinalFailureIsNotTriedAgainWithTheSamePublisher() {
        registry.ready(new StreamId("a"), "1");
        launcher.last().fails(ExitCode.UNSUPPORTED_SOURCE);
        only(Map.of("a", "1"));
        assertThat(round().started()).isEmpty();
        only(Map.of("a", "2"));
        assertThat(round().started()).containsExactly(new StreamId("a"));
    }

    @Test
    void aWaitForARestartIsNotCutShort() {
        registry.ready(new StreamId("a"), "1");
        for (int n = 0; n < 5; n++) {
            launcher.last().fails(ExitCode.STS_LOST);
            clock.advanceMs(31_000);
        }
        launcher.last().fails(ExitCode.STS_LOST);
        int runs = launcher.runs.size();
        only(Map.of("a", "1"));
        assertThat(round().started()).isEmpty();
        assertThat(launcher.runs).hasSize(runs);
    }

    @Test
    void beyondTheCapacityNothingIsStartedAndNothingIsCountedAsRefused() {
        only(Map.of("a", "1", "b", "1", "c", "1", "d", "1"));
        Compared first = round();
        assertThat(first.started()).hasSize(3);
        assertThat(first.withoutRoom()).hasSize(1);
        assertThat(round().withoutRoom()).hasSize(1);
        assertThat(launcher.runs).hasSize(3);
    }

    @Test
    void whileItDrainsNothingIsStarted() {
        registry.drain(stream -> stream.stop("SIGTERM"));
        only(Map.of("a", "1"));
        assertThat(round()).isEqualTo(Compared.NOTHING);
        assertThat(launcher.runs).isEmpty();
    }
}
