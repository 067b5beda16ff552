package io.livedub.hook;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.livedub.config.Setting;
import io.livedub.config.SettingRules;
import io.livedub.config.SettingsPatch;
import io.livedub.config.Target;
import io.livedub.sound.Bed;

import static org.assertj.core.api.Assertions.assertThat;

class QuerySettingsTest {
    private static final SettingRules RULES = new SettingRules(8, true, false);
    private static final String SECRET = "tOp-s3cr3t!Xq9";

    private static QuerySettings read(String query) {
        return QuerySettings.read(HookQuery.decode(query), RULES);
    }

    @Test
    void everySettingIsReadAndOtherNamesAreNot() {
        QuerySettings read =
                read("?user=cam&source_language=pt-BR&targets=es%2Cfr:Anna%20warm,original&mode=passthrough"
                        + "&cut=pause&bed=duck&bed_db=-20&loudness=match&backup=off&pass=" + SECRET);

        assertThat(read.warnings()).isEmpty();
        assertThat(read.patch())
                .isEqualTo(new SettingsPatch(Map.of(
                        Setting.SOURCE_LANGUAGE,
                        "pt-BR",
                        Setting.TARGETS,
                        List.of(
                                Target.of("es"),
                                new Target("fr", Optional.of("Anna warm")),
                                Target.of(Target.ORIGINAL)),
                        Setting.MODE,
                        true,
                        Setting.CUT,
                        true,
                        Setting.BED,
                        Bed.DUCK,
                        Setting.BED_DB,
                        -20,
                        Setting.LOUDNESS,
                        true,
                        Setting.BACKUP,
                        false)));
    }

    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "targets=not_a_language, targets='not_a_language'",
        "'targets=es,e', targets='e'",
        "'targets=es,ES', 'targets=''es,ES'''",
        "mode=on, mode='on'",
        "bed_db=-99, bed_db='-99'",
        "bed=, bed=''",
        "bed, bed=''",
        "loudness=%00%1b[31mx, loudness='…'",
        "mode=a%0Ab, mode='a…'",
        "mode=on%26pass=x1, mode='on…'",
        "mode=hunter2, mode='…'",
        "mode=onesupersecretpass, mode='ones…'",
        "mode=secretword&pass=secretword, mode='…'",
        "source_language=%ff%fe, source_language='…'",
        "'targets=es&targets=fr', targets more than once",
    })
    void aWrongValueIsSaidWithItsSettingAndTheOthersAreTaken(String query, String said) {
        QuerySettings read = read(query + "&cut=pause&key=" + SECRET);

        assertThat(read.patch().said()).containsEntry(Setting.CUT, true);
        if (said.isEmpty()) {
            assertThat(read.warnings()).isEmpty();
        } else {
            assertThat(read.warnings()).singleElement().satisfies(warning -> assertThat(warning)
                    .contains(said)
                    .doesNotContain("cut", SECRET)
                    .matches("\\P{Cntrl}*"));
        }
    }

    @Test
    void whatIsLongerThanAnybodyMeansIsBounded() {
        assertThat(read("targets=" + "a".repeat(2000)).warnings())
                .singleElement()
                .asString()
                .contains("a shorter value");
        assertThat(read("targets=" + "es,".repeat(300)).warnings())
                .singleElement()
                .asString()
                .hasSizeLessThan(300);
        assertThat(read("x&".repeat(30_000) + "cut=pause").patch()).isEqualTo(SettingsPatch.NOTHING);
        assertThat(HookQuery.decode("x".repeat(50) + "1&a=b&".repeat(30_000)).toString())
                .hasSizeLessThan(2000);
    }

    /** Whatever becomes of a query on its way, the stream starts, and nobody reads its credentials in the log. */
    @Test
    void tenThousandMutatedQueriesNeverThrowAndNeverShowACredential() {
        Random random = new Random(20_261_127);
        String[] seeds = {
            "user=cam&pass=" + SECRET + "&source_language=en&targets=es,fr:anna,original&mode=enabled",
            "source_language=de&pass=" + SECRET + "&bed=duck&bed_db=-14&loudness=match&cut=pause",
            "targets=es&token=" + URLEncoder.encode(SECRET, StandardCharsets.UTF_8) + "&mode=passthrough",
            "targets=es%2Cfr%3Aanna&jwt=" + SECRET + "." + SECRET + "&source_language=pt-BR",
        };
        int warned = 0;
        for (int i = 0; i < 10_000; i++) {
            String query = seeds[random.nextInt(seeds.length)];
            for (int mutations = 1 + random.nextInt(6); mutations > 0; mutations--) {
                query = mutated(query, random);
            }

            HookQuery decoded = HookQuery.decode(query);
            QuerySettings read = QuerySettings.read(decoded, RULES);

            for (String warning : read.warnings()) {
                warned++;
                assertThat(warning).as(query).matches("\\P{Cntrl}{1,400}").doesNotContain(SECRET);
                // Not a half of it either, for whoever knows the other.
                for (int at = 0; at + 6 <= SECRET.length(); at++) {
                    assertThat(warning).as(query).doesNotContain(SECRET.substring(at, at + 6));
                }
            }
            assertThat(decoded.toString()).as(query).doesNotContain(SECRET);
        }
        assertThat(warned).as("queries with something wrong").isGreaterThan(3000);
    }

    private static String mutated(String query, Random random) {
        if (query.isEmpty()) {
            return "&";
        }
        int at = random.nextInt(query.length());
        int end = Math.min(query.length(), at + 1 + random.nextInt(12));
        String before = query.substring(0, at);
        String part = query.substring(at, end);
        String after = query.substring(end);
        return switch (random.nextInt(9)) {
            case 0 -> before + after;
            case 1 -> before + query.substring(at + 1);
            case 2 -> before + part + part + after;
            case 3 -> before + (char) random.nextInt(0x300) + query.substring(at + 1);
            case 4 -> before + "&=%,:?#+;".charAt(random.nextInt(9)) + part + after;
            case 5 -> before + URLEncoder.encode(part, StandardCharsets.UTF_8) + after;
            case 6 -> after + part + before;
            case 7 -> before + String.format(Locale.ROOT, "%%%02x", random.nextInt(256)) + part + after;
            default -> {
                int to = random.nextInt(query.length());
                String rest = before + after;
                int place = Math.min(to, rest.length());
                yield rest.substring(0, place) + part + rest.substring(place);
            }
        };
    }
}
