package io.livedub.config;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SettingLinesTest {
    private static final SettingRules RULES = new SettingRules(3, true, false);

    private static SettingSources all() {
        SettingsPatch api = new SettingsPatch.Builder(RULES)
                .say(Setting.SOURCE_LANGUAGE, "", "pt-BR")
                .say(Setting.TARGETS, "", "es,fr:Anna with blanks: and colons,original")
                .say(Setting.MODE, "", "enabled")
                .say(Setting.CUT, "", "pause")
                .build();
        SettingsPatch query = new SettingsPatch.Builder(RULES)
                .say(Setting.BED, "", "stem")
                .say(Setting.BED_DB, "", "-20")
                .say(Setting.LOUDNESS, "", "match")
                .say(Setting.BACKUP, "", "on")
                .build();
        return new SettingSources(api, query, SettingsPatch.NOTHING);
    }

    @Test
    void everySettingIsReadAsItWasSaid() {
        assertThat(SettingLines.read(SettingLines.of(all()), RULES)).isEqualTo(all());
        assertThat(SettingLines.of(all()).lines().count())
                .as("each setting once")
                .isEqualTo(1 + Setting.values().length);
    }

    @Test
    void theStreamsFileIsReadAnewByTheNextProcess() {
        SettingSources said = new SettingSources(SettingsPatch.NOTHING, SettingsPatch.NOTHING, all().api());

        assertThat(SettingLines.read(SettingLines.of(said), RULES)).isEqualTo(SettingSources.NONE);
    }

    @Test
    void whatThisWorkerDoesNotAllowIsLeftOutAndTheRestHolds() {
        SettingSources read = SettingLines.read(SettingLines.of(all()), new SettingRules(1, true, false));

        assertThat(read.api().targets()).isEmpty();
        assertThat(read.api().sourceLanguage()).contains("pt-BR");
        assertThat(read.query()).isEqualTo(all().query());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "settings 2\napi bed duck\n",
                "settings 1",
                "settings 1\napi\napi bed\nfile bed duck\napi volume 11\nquery bed loud\napi bed_db quiet\n"
            })
    void anythingElseSaysNothing(String text) {
        assertThat(SettingLines.read(text, RULES)).isEqualTo(SettingSources.NONE);
    }

    @Test
    void damagedTextNeverThrows() {
        String whole = SettingLines.of(all());
        Random random = new Random(14);
        for (int i = 0; i < 2000; i++) {
            StringBuilder damaged = new StringBuilder(whole);
            damaged.setCharAt(random.nextInt(damaged.length()), (char) random.nextInt(256));
            damaged.setLength(random.nextInt(damaged.length() + 1));
            SettingSources read = SettingLines.read(damaged.toString(), RULES);
            assertThat(read.file()).isEqualTo(SettingsPatch.NOTHING);
        }
    }
}
