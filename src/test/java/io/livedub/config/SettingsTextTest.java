package io.livedub.config;

import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.livedub.sound.Bed;
import io.livedub.sound.DubSound;
import io.livedub.support.TestSettings;

import static org.assertj.core.api.Assertions.assertThat;

class SettingsTextTest {
    private static final StreamSettings ODD = new StreamSettings(
            "pt-BR",
            List.of(
                    Target.of("original"),
                    new Target("fr", Optional.of("anna & bob = 100 %: ñ")),
                    Target.of("zh-Hant")),
            true,
            new DubConfig(new DubSound(Bed.STEM, -40, true), true),
            true);

    @Test
    void whatIsWrittenIsRead() {
        String text = SettingsText.of(ODD);

        assertThat(text).matches("[!-~]+");
        assertThat(SettingsText.read(text, TestSettings.SPANISH)).isEqualTo(ODD);
    }

    @Test
    void whatIsNotSaidIsAsBefore() {
        assertThat(SettingsText.read("", ODD)).isEqualTo(ODD);
        assertThat(SettingsText.read("targets=es%2Cfr", ODD))
                .isEqualTo(ODD.withTargets(List.of(Target.of("es"), Target.of("fr"))));
    }

    @Test
    void sourcesKeepWhoHasSaidWhat() {
        SettingSources sources = SettingSources.NONE
                .withApi(SettingsPatch.ofTargets(List.of(Target.of("fr"))))
                .withQuery(ODD.asPatch());

        assertThat(SettingsText.sources(SettingsText.of(sources))).isEqualTo(sources);
        assertThat(SettingsText.sources(SettingsText.of(SettingSources.NONE))).isEqualTo(SettingSources.NONE);
        assertThat(SettingsText.of(SettingSources.NONE))
                .as("nothing was said, which is known")
                .isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "=",
                "&&",
                "targets",
                "targets=",
                "targets=%",
                "bed=loud",
                "bed_db=-99",
                "x=y",
                "targets=es,es"
            })
    void whatCannotBeReadIsNotSaid(String text) {
        assertThat(SettingsText.read(text, ODD)).isEqualTo(ODD);
    }

    @Test
    void whatIsFarTooLongIsNotRead() {
        assertThat(SettingsText.read("bed=off&" + "x".repeat(1 << 20), ODD)).isEqualTo(ODD);
    }
}
