package io.livedub.stream.supervision;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;

import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.StreamSettings;
import io.livedub.config.Target;
import io.livedub.id.StreamId;
import io.livedub.sound.Bed;
import io.livedub.stream.StreamSpec;
import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StreamState;
import io.livedub.support.TestSettings;
import io.livedub.support.VirtualClock;

import static org.assertj.core.api.Assertions.assertThat;

/** Which settings a stream has when it starts, and after a change. */
class StreamSettingsOfSourcesTest {
    private final VirtualClock clock = new VirtualClock();
    private final FakeLauncher launcher = new FakeLauncher();
    private SettingsPatch file = SettingsPatch.NOTHING;
    private final StreamRegistry registry = new StreamRegistry(
            launcher,
            new Capacity(3, () -> true),
            clock,
            InstantSource.system(),
            id -> new StreamSpec(id, "rtmp://h/i", "rtmp://h/o", TestSettings.SPANISH, Duration.ofSeconds(30)),
            id -> file,
            new SupervisionObserver() {
                @Override
                public Runnable failed(StreamListing stream, StreamState.Failed failure) {
                    return () -> {};
                }

                @Override
                public Runnable refused(StreamId streamId, int limit) {
                    return () -> {};
                }

                @Override
                public void removed(StreamId streamId) {}
            });

    private static SettingsPatch speaks(String language) {
        return say(Setting.SOURCE_LANGUAGE, language);
    }

    private static SettingsPatch say(Setting setting, String value) {
        return new SettingsPatch.Builder(new SettingRules(8, true, false))
                .say(setting, setting.field(), value)
                .build();
    }

    private String language() {
        return launcher.last().settings.sourceLanguage();
    }

    @Test
    void aStreamStartsWithTheFirstSourceThatSaysSomething() {
        file = speaks("it");
        registry.ready(new StreamId("a"), "1");
        assertThat(language()).isEqualTo("it");

        registry.ready(new StreamId("b"), "1", speaks("fr"));
        assertThat(language()).isEqualTo("fr");

        registry.wish(new StreamId("c"), say(Setting.TARGETS, "de,nl"));
        assertThat(language()).as("each setting by itself").isEqualTo("it");
        assertThat(launcher.last().settings.targets()).containsExactly(Target.of("de"), Target.of("nl"));
    }

    @Test
    void aPublisherThatIsBackWithAnotherQueryChangesTheRunningStream() {
        registry.ready(new StreamId("a"), "1", speaks("fr"));
        registry.notReady(new StreamId("a"), "1");

        registry.ready(new StreamId("a"), "2", speaks("de"));

        assertThat(launcher.runs).hasSize(1);
        assertThat(launcher.last().told).containsExactly("gone", "settings", "there");
        assertThat(language()).isEqualTo("de");

        registry.ready(new StreamId("a"), "2", speaks("de"));
        assertThat(launcher.last().told).as("a hook that came twice").endsWith("there", "there");

        registry.ready(new StreamId("a"), "3", SettingsPatch.NOTHING);
        assertThat(language()).as("it says nothing any more").isEqualTo("en");
    }

    /** The media server's list has no queries. */
    @Test
    void aPublisherOfWhoseQueryNothingIsKnownLeavesWhatWasSaid() {
        registry.ready(new StreamId("a"), "1", speaks("fr"));

        registry.ready(new StreamId("a"), "2");

        assertThat(language()).isEqualTo("fr");
    }

    @Test
    void aPublisherThatIsFoundInTheServersListHasItsQueryToo() {
        clock.advanceMs(1000);
        registry.ready(new StreamId("b"), "1", speaks("fr"));
        assertThat(registry.unheard(Map.of(new StreamId("a"), "1", new StreamId("b"), "1", new StreamId("c"), "")))
                .containsExactlyInAnyOrder(new StreamId("a"), new StreamId("c"));

        clock.advanceMs(60_000);
        registry.compare(new ServerList(
                Map.of(new StreamId("a"), "1"), false, Map.of(new StreamId("a"), speaks("de")), clock.nowNs()));

        assertThat(launcher.last().streamId).isEqualTo("a");
        assertThat(language()).isEqualTo("de");
    }

    @Test
    void theApiWinsOverAQueryThatComesLater() {
        registry.ready(new StreamId("a"), "1", speaks("fr"));

        assertThat(registry.change(new StreamId("a"), speaks("de"))).isPresent();
        assertThat(language()).isEqualTo("de");

        registry.ready(new StreamId("a"), "2", speaks("it"));
        assertThat(language()).isEqualTo("de");
        assertThat(registry.change(new StreamId("unknown"), speaks("de"))).isEqualTo(Optional.empty());
    }

    /** A run keeps these until it starts again: the API must not say that it has them, and not say so the second time either. */
    @Test
    void whatHoldsFromTheNextStartOnlyIsNotShownAsIfItHeldNow() {
        StreamId a = new StreamId("a");
        registry.ready(a, "1", speaks("fr"));
        SettingsPatch later = speaks("de")
                .or(say(Setting.MODE, "passthrough"))
                .or(say(Setting.CUT, "pause"))
                .or(say(Setting.BACKUP, "on"));

        List<String> names = List.of("source_language", "mode", "cut", "backup");
        assertThat(registry.change(a, later).orElseThrow().fromNextStart()).isEqualTo(names);
        assertThat(registry.change(a, later).orElseThrow().fromNextStart())
                .as("said again")
                .isEqualTo(names);
        registry.change(a, say(Setting.TARGETS, "es,it").or(say(Setting.BED, "duck")));

        StreamSettings now = registry.one(a).orElseThrow().settings();
        assertThat(now.sourceLanguage()).isEqualTo("fr");
        assertThat(now.passthrough()).isFalse();
        assertThat(now.dub().cutAtPauses()).isFalse();
        assertThat(now.backup()).isFalse();
        assertThat(now.targets()).as("on air").containsExactly(Target.of("es"), Target.of("it"));
        assertThat(now.dub().sound().bed()).as("on air").isEqualTo(Bed.DUCK);

        assertThat(registry.change(a, say(Setting.MODE, "enabled"))
                        .orElseThrow()
                        .fromNextStart())
                .as("taken back")
                .doesNotContain("mode");

        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(60_000);
        assertThat(language()).isEqualTo("de");
        assertThat(registry.one(a).orElseThrow().settings().backup()).isTrue();
    }

    @Test
    void theFileIsAskedAtAStartAndWhenAPublisherComesBackAndNotBefore() {
        registry.ready(new StreamId("a"), "1", SettingsPatch.NOTHING);
        file = speaks("it");

        registry.ready(new StreamId("a"), "1", SettingsPatch.NOTHING);
        registry.change(new StreamId("a"), say(Setting.CUT, "pause"));
        assertThat(language()).as("the same publisher").isEqualTo("en");

        registry.notReady(new StreamId("a"), "1");
        registry.ready(new StreamId("a"), "1", SettingsPatch.NOTHING);
        assertThat(language()).isEqualTo("it");
        assertThat(launcher.last().settings.dub().cutAtPauses()).isTrue();

        file = speaks("nl");
        launcher.last().fails(ExitCode.PUBLISHING);
        clock.advanceMs(60_000);
        assertThat(launcher.runs).hasSize(2);
        assertThat(language()).as("started again").isEqualTo("nl");
        assertThat(launcher.last().settings.dub().cutAtPauses()).isTrue();
    }

    @Test
    void whatIsSaidOfAStreamThatDrainsHoldsForItsSuccessor() {
        registry.ready(new StreamId("a"), "1", speaks("fr"));
        launcher.last().drains();

        registry.change(new StreamId("a"), say(Setting.BED, "duck"));
        registry.ready(new StreamId("a"), "2", speaks("de"));
        assertThat(launcher.last().told).isEmpty();

        launcher.last().ends();
        assertThat(launcher.runs).hasSize(2);
        assertThat(language()).isEqualTo("de");
        assertThat(launcher.last().settings.dub().sound().bed()).isEqualTo(Bed.DUCK);
    }
}
