package io.livedub.observe;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.Map;
import java.util.logging.Level;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

/**
 * One event, one line: JSON for machines, text for a terminal.
 *
 * <p>Quarkus' own JSON formatter nests the context under {@code mdc}; the contract wants {@code streamId}, {@code runId} and
 * {@code instanceId} at the top level.
 */
public final class LogLine extends ExtFormatter {
    public static final String STREAM_ID = "streamId";

    private static final JsonFactory JSON = new JsonFactory();

    private final boolean json;
    private final String runId;
    private final String instanceId;

    public LogLine(boolean json, String runId, String instanceId) {
        this.json = json;
        this.runId = runId;
        this.instanceId = instanceId;
    }

    @Override
    public String format(ExtLogRecord record) {
        return json ? asJson(record) : asText(record);
    }

    private String asJson(ExtLogRecord record) {
        StringWriter line = new StringWriter(256);
        try (JsonGenerator generator = JSON.createGenerator(line)) {
            generator.writeStartObject();
            generator.writeStringField(
                    "timestamp", Instant.ofEpochMilli(record.getMillis()).toString());
            generator.writeStringField("level", level(record));
            generator.writeStringField("logger", record.getLoggerName());
            generator.writeStringField("message", formatMessage(record));
            generator.writeStringField("runId", runId);
            generator.writeStringField("instanceId", instanceId);
            for (Map.Entry<String, String> field : record.getMdcCopy().entrySet()) {
                generator.writeStringField(field.getKey(), field.getValue());
            }
            if (record.getThrown() != null) {
                generator.writeStringField("exception", stackTrace(record.getThrown()));
            }
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return line.append('\n').toString();
    }

    private String asText(ExtLogRecord record) {
        String streamId = record.getMdc(STREAM_ID);
        String line = "%tT.%<tL %-5s %s%s%n"
                .formatted(
                        record.getMillis(),
                        level(record),
                        streamId == null ? "" : "[" + streamId + "] ",
                        formatMessage(record));
        return record.getThrown() == null ? line : line + stackTrace(record.getThrown());
    }

    /** Libraries log by java.util.logging's names (WARNING, FINE) as well; a query wants one set: that of LOG_LEVEL. */
    private static String level(ExtLogRecord record) {
        int value = record.getLevel().intValue();
        if (value >= Level.SEVERE.intValue()) {
            return "ERROR";
        } else if (value >= Level.WARNING.intValue()) {
            return "WARN";
        } else if (value >= Level.INFO.intValue()) {
            return "INFO";
        }
        return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter trace = new StringWriter();
        thrown.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }
}
