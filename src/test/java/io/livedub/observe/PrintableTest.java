package io.livedub.observe;

import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a peer says cannot change the log around it. */
class PrintableTest {
    private static final String HOSTILE = "a\nb\rc\u001b[2Jd\u007fe\u009bf\u202eg\u2066h\u2028i\u0000j\u200fk";
    private static final String SHOWN = "a\\nb\\rc\\u001b[2Jd\\u007fe\\u009bf\\u202eg\\u2066h\\u2028i\\u0000j\\u200fk";

    private final Locale before = Locale.getDefault();

    @AfterEach
    void restore() {
        Locale.setDefault(before);
    }

    @Test
    void controlCharactersBecomeVisible() {
        assertThat(Printable.line(HOSTILE, 100)).isEqualTo(SHOWN);
        assertThat(Printable.line("Grüße, 世界 🎙 שלום", 100)).isEqualTo("Grüße, 世界 🎙 שלום");
    }

    @Test
    void whatIsTooLongIsCutBetweenCharacters() {
        assertThat(Printable.cut("x".repeat(10), 10)).isEqualTo("x".repeat(10));
        assertThat(Printable.cut("x".repeat(10), 4)).isEqualTo("xxxx… (6 characters cut)");
        assertThat(Printable.cut("xxx🎙🎙", 4)).isEqualTo("xxx… (4 characters cut)");
    }

    @Test
    void aTextLineIsOneLine() {
        String line = new LogLine(false, "r", "i").format(record(HOSTILE, Map.of("streamId", "x")));

        assertThat(line).hasLineCount(1).endsWith(" INFO  [x] " + SHOWN + System.lineSeparator());
    }

    @Test
    void theTextOfAnExceptionCannotBeginALine() {
        ExtLogRecord record = record("internal error", Map.of());
        record.setThrown(new IllegalStateException("boom\n12:00:00.000 INFO  all is well\u001b[2J"));

        String line = new LogLine(false, "r", "i").format(record);

        assertThat(line.lines().skip(1)).allMatch(each -> each.startsWith("  "));
        assertThat(line).doesNotContain("\u001b");
    }

    @Test
    void aJsonLineIsOneLineForEveryReaderAndLosesNothing() throws Exception {
        String line = new LogLine(true, "r", "i").format(record(HOSTILE, Map.of("reason", HOSTILE)));

        assertThat(line.strip().chars()).allMatch(c -> c >= ' ' && c < 0x7f);
        assertThat(new ObjectMapper().readTree(line).get("message").asText()).isEqualTo(HOSTILE);
        assertThat(new ObjectMapper().readTree(line).get("reason").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void aLongMessageOfAPeerIsCut() {
        ExtLogRecord record = record("x".repeat(1_000_000), Map.of("reason", "y".repeat(1_000_000)));

        assertThat(new LogLine(true, "r", "i").format(record)).hasSizeLessThan(9_000);
        assertThat(new LogLine(false, "r", "i").format(record)).hasSizeLessThan(5_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG-u-nu-arab", "fa-IR", "tr-TR", "hi-IN-u-nu-deva"})
    void noLocaleChangesALine(String language) {
        Locale.setDefault(Locale.forLanguageTag(language));
        assertThat(String.format("%d", 12).equals("12")).isEqualTo(language.startsWith("tr"));
        ExtLogRecord record = new ExtLogRecord(
                Level.INFO,
                "%d of %.1f %S",
                ExtLogRecord.FormatStyle.PRINTF,
                getClass().getName());
        record.setParameters(new Object[] {1234, 0.5, "title"});
        record.setMillis(0);

        assertThat(new LogLine(false, "r", "i").format(record))
                .matches("\\p{ASCII}+")
                .contains("1234 of 0.5 TITLE");
        assertThat(new LogLine(true, "r", "i").format(record))
                .contains("\"level\":\"INFO\"", "1970-01-01T00:00:00Z", "1234 of 0.5 TITLE");
    }

    private static ExtLogRecord record(String message, Map<String, String> context) {
        ExtLogRecord record = new ExtLogRecord(
                Level.INFO, message, ExtLogRecord.FormatStyle.NO_FORMAT, PrintableTest.class.getName());
        record.setMdc(context);
        return record;
    }
}
