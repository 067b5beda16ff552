package io.livedub.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import io.livedub.id.StreamId;

import static org.assertj.core.api.Assertions.assertThat;

class StreamLogTest {
    private final Logger logger = Logger.getLogger("io.livedub.stream");
    private final List<ExtLogRecord> records = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord record) {
            records.add(ExtLogRecord.wrap(record));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private final LogLine json = new LogLine(true, "run-1", "pod-1");
    private final LogLine text = new LogLine(false, "run-1", "pod-1");
    private final StreamLog log = StreamLog.of(new StreamId("test"));
    private java.util.logging.Level before;
    private boolean printing;

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        logger.addHandler(handler);
        printing = logger.getUseParentHandlers();
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void leave() {
        logger.removeHandler(handler);
        logger.setLevel(before);
        logger.setUseParentHandlers(printing);
    }

    @Test
    void aJsonLineHasTheFieldsOfTheContractAtItsTop() throws Exception {
        log.info("segment 3 is dubbed", "batch", 3, "fragmentId", "f-3", "took_s", 1.5, "first", true, "id", "4711");

        String line = json.format(records.get(0));

        JsonNode fields = new ObjectMapper().readTree(line);
        assertThat(line).endsWith("}\n").hasLineCount(1);
        assertThat(Instant.parse(fields.get("timestamp").asText())).isBeforeOrEqualTo(Instant.now());
        assertThat(fields.get("level").asText()).isEqualTo("INFO");
        assertThat(fields.get("message").asText()).isEqualTo("segment 3 is dubbed");
        assertThat(fields.get("streamId").asText()).isEqualTo("test");
        assertThat(fields.get("runId").asText()).isEqualTo("run-1");
        assertThat(fields.get("instanceId").asText()).isEqualTo("pod-1");
        assertThat(fields.get("batch").numberValue()).isEqualTo(3);
        assertThat(fields.get("fragmentId").textValue()).isEqualTo("f-3");
        assertThat(fields.get("took_s").numberValue()).isEqualTo(1.5);
        assertThat(fields.get("first").isBoolean()).isTrue();
        assertThat(fields.get("id").textValue()).as("a text of digits").isEqualTo("4711");
    }

    @Test
    void whatIsLoggedCannotBreakItsLine() throws Exception {
        log.warn("two\nlines \"quoted\" %s {0}");

        String line = json.format(records.get(0));

        assertThat(line).hasLineCount(1);
        assertThat(new ObjectMapper().readTree(line).get("message").asText()).isEqualTo("two\nlines \"quoted\" %s {0}");
    }

    @Test
    void aTransitionSaysFromToAndWhy() throws Exception {
        log.transition("breaker", "closed", "open", "five failures");

        JsonNode fields = new ObjectMapper().readTree(json.format(records.get(0)));

        assertThat(fields.get("message").asText()).isEqualTo("breaker: closed -> open: five failures");
        assertThat(fields.get("from").asText()).isEqualTo("closed");
        assertThat(fields.get("to").asText()).isEqualTo("open");
        assertThat(fields.get("reason").asText()).isEqualTo("five failures");
    }

    @Test
    void aTransitionWithoutAReasonEndsWithItsState() {
        log.transition("sts", "Ready", "Ending", "");

        assertThat(records.get(0).getFormattedMessage()).isEqualTo("sts: Ready -> Ending");
    }

    @Test
    void aTextLineNamesTheStream() {
        log.error("publishing was refused");

        assertThat(text.format(records.get(0)))
                .matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} ERROR \\[test] publishing was refused\\R");
    }

    @Test
    void aTextLineOfNoStreamNamesNone() {
        ExtLogRecord record = new ExtLogRecord(Level.INFO, "up", getClass().getName());

        assertThat(text.format(record)).matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  up\\R");
    }

    @Test
    void aJsonLineOfNoStreamHasNoStreamsId() throws Exception {
        ExtLogRecord record = new ExtLogRecord(Level.INFO, "up", getClass().getName());
        record.setLoggerName("io.livedub.config");

        JsonNode fields = new ObjectMapper().readTree(json.format(record));

        assertThat(fields.has("streamId")).isFalse();
        assertThat(fields.get("logger").asText()).isEqualTo("io.livedub.config");
    }

    @Test
    void aDefectBringsItsTrace() throws Exception {
        log.defect("internal error", new IllegalStateException("boom"));

        JsonNode fields = new ObjectMapper().readTree(json.format(records.get(0)));

        assertThat(fields.get("level").asText()).isEqualTo("ERROR");
        assertThat(fields.get("exception").asText())
                .contains("IllegalStateException: boom", "StreamLogTest.aDefectBringsItsTrace");
        assertThat(text.format(records.get(0))).contains("internal error", "IllegalStateException: boom");
    }

    @Test
    void whatIsBelowTheLevelIsNotLogged() {
        log.debug("each frame");

        assertThat(records).isEmpty();
    }

    @Test
    void aFieldWithoutAValueIsLeftOut() {
        log.info("odd", "batch");

        assertThat(records.get(0).getMdcCopy()).containsOnlyKeys("streamId");
    }

    @Test
    void theThreadKeepsNoContext() {
        log.info("first");

        assertThat(org.jboss.logmanager.MDC.copy()).doesNotContainKey("streamId");
    }
}
