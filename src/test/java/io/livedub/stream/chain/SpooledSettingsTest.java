package io.livedub.stream.chain;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.livedub.config.Environment;
import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingSources;
import io.livedub.config.SettingsPatch;

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
        before.keep("a", languages("es"));
        before.keep("a", languages("es,fr"));
        before.keep("b", languages("de"));

        SpooledSettings next = settings("on");
        until(() -> next.of("a").equals(languages("es,fr")) && next.of("b").equals(languages("de")));

        before.keep("a", SettingSources.NONE);
        until(() -> next.of("a").equals(SettingSources.NONE));
        assertThat(next.of("b")).isEqualTo(languages("de"));
        assertThat(next.of("unknown")).isEqualTo(SettingSources.NONE);
    }

    @Test
    void aStreamOfWhichNothingIsSaidHasNoFile() {
        SpooledSettings kept = settings("on");
        kept.keep("a", SettingSources.NONE);
        kept.keep("b", languages("de"));

        // Written in order, on one thread.
        until(() -> Files.exists(segments.resolve("b/.spool/settings")));
        assertThat(segments.resolve("a")).doesNotExist();
    }

    @Test
    void withoutSpoolsNothingIsKept() {
        settings("off").keep("a", languages("es"));
        SpooledSettings other = settings("on");
        other.keep("b", languages("de"));

        until(() -> Files.exists(segments.resolve("b/.spool/settings")));
        assertThat(segments.resolve("a")).doesNotExist();
    }
}
