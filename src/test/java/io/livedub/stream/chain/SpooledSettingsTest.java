package io.livedub.stream.chain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.IntStream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.Environment;
import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;
import io.livedub.id.StreamId;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

class SpooledSettingsTest {
    @TempDir
    Path segments;

    private static SettingSources languages(String list) {
        SettingsPatch api = new SettingsPatch.Builder(new SettingRules(8, true, false))
                .say(Setting.TARGETS, "targets", list)
                .build();
        return SettingSources.NONE.withApi(api);
    }

    private SpooledSettings settings(String spool) {
        return new SpooledSettings(Environment.read(
                "WORKER_SEGMENT_DIR", segments.toString(), "WORKER_SPOOL", spool, "WORKER_STS_MODE", "passthrough"));
    }

    private static void until(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(condition);
    }

    @Test
    void aProcessThatIsStartedNextKnowsTheLastWord() {
        SpooledSettings before = settings("on");
        before.keep(new StreamId("a"), languages("es"));
        before.keep(new StreamId("a"), languages("es,fr"));
        before.keep(new StreamId("b"), languages("de"));

        SpooledSettings next = settings("on");
        until(() -> next.of(new StreamId("a")).equals(languages("es,fr"))
                && next.of(new StreamId("b")).equals(languages("de")));

        before.keep(new StreamId("a"), SettingSources.NONE);
        until(() -> next.of(new StreamId("a")).equals(SettingSources.NONE));
        assertThat(next.of(new StreamId("b"))).isEqualTo(languages("de"));
        assertThat(next.of(new StreamId("unknown"))).isEqualTo(SettingSources.NONE);
    }

    @Test
    void asManyLanguagesAsThereMayBeAreKeptWithTheLongestVoices() {
        SettingRules rules = new SettingRules(64, true, false);
        String all = IntStream.range(0, 64)
                .mapToObj(n -> "zh-x-" + "a".repeat(8) + "-" + (100 + n) + ":" + "\u58f0".repeat(64))
                .collect(joining(","));
        SettingsPatch most = new SettingsPatch.Builder(rules)
                .say(Setting.TARGETS, "targets", all)
                .build();
        SpooledSettings kept = new SpooledSettings(Environment.read(
                "WORKER_SEGMENT_DIR",
                segments.toString(),
                "WORKER_MAX_LANGUAGES",
                "64",
                "WORKER_STS_SERVICE_URL",
                "http://localhost:1"));

        kept.keep(new StreamId("a"), new SettingSources(most, most, SettingsPatch.NOTHING));

        until(() -> kept.of(new StreamId("a")).api().equals(most)
                && kept.of(new StreamId("a")).query().equals(most));
    }

    @Test
    void aStreamOfWhichNothingIsSaidHasNoFile() {
        SpooledSettings kept = settings("on");
        kept.keep(new StreamId("a"), SettingSources.NONE);
        kept.keep(new StreamId("b"), languages("de"));

        // Written in order, on one thread.
        until(() -> Files.exists(segments.resolve("b/.spool/settings")));
        assertThat(segments.resolve("a")).doesNotExist();
    }

    @Test
    void aProcessThatEndsKeepsItForTheOneThatBeginsTheStreamAnew() throws IOException {
        // given
        SpooledSettings before = settings("on");
        before.keep(new StreamId("a"), languages("es,fr"));
        before.keep(new StreamId("b"), languages("de"));
        Path kept = segments.resolve("a/.spool/settings");
        until(() -> Files.exists(kept) && Files.exists(segments.resolve("b/.spool/settings")));
        Files.delete(kept);
        Files.delete(kept.getParent());

        // when
        before.keepAgain(Set.of(new StreamId("a"), new StreamId("unknown")));

        // then
        assertThat(settings("on").of(new StreamId("a"))).isEqualTo(languages("es,fr"));
        assertThat(segments.resolve("unknown")).doesNotExist();
    }

    @Test
    void withoutSpoolsNothingIsKept() {
        settings("off").keep(new StreamId("a"), languages("es"));
        SpooledSettings other = settings("on");
        other.keep(new StreamId("b"), languages("de"));

        until(() -> Files.exists(segments.resolve("b/.spool/settings")));
        assertThat(segments.resolve("a")).doesNotExist();
    }
}
