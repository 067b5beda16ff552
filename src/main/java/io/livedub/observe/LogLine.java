package io.livedub.observe;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogRecord;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import org.jboss.logmanager.ExtFormatter;
import org.jboss.logmanager.ExtLogRecord;

import static java.util.stream.Collectors.joining;

/**
 * One event, one line: JSON for machines, text for a terminal.
 *
 * <p>Quarkus' own JSON formatter nests the context under {@code mdc}; the contract wants {@code streamId}, {@code runId} and
 * {@code instanceId} at the top level.
 */
public final class LogLine extends ExtFormatter {
    public static final String STREAM_ID = "streamId";

    /** A peer's text can be as long as a message of its protocol; more characters than this help no reader. */
    private static final int MOST_CHARACTERS = 4096;

    private static final int MOST_OF_A_TRACE = 16_384;

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
            generator.writeStringField("message", Printable.cut(formatMessage(record), MOST_CHARACTERS));
            generator.writeStringField("runId", runId);
            generator.writeStringField("instanceId", instanceId);
            Map<String, Object> typed = numbersAndFlags(record);
            for (Map.Entry<String, String> field : record.getMdcCopy().entrySet()) {
                Object value = typed.get(field.getKey());
                if (value == null) {
                    generator.writeStringField(field.getKey(), Printable.cut(field.getValue(), MOST_CHARACTERS));
                } else {
                    generator.writeObjectField(field.getKey(), value);
                }
            }
            if (record.getThrown() != null) {
                generator.writeStringField("exception", Printable.cut(stackTrace(record.getThrown()), MOST_OF_A_TRACE));
            }
            generator.writeEndObject();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return Printable.json(line.toString()) + "\n";
    }

    /** Those of the fields that {@link StreamLog} was given: whoever asks for lines with an exit code above 0 compares numbers. */
    private static Map<String, Object> numbersAndFlags(ExtLogRecord record) {
        Object[] fields = record.getParameters();
        Map<String, Object> typed = new HashMap<>();
        if (record.getFormatStyle() == ExtLogRecord.FormatStyle.NO_FORMAT && fields != null) {
            for (int i = 0; i + 1 < fields.length; i += 2) {
                if (fields[i + 1] instanceof Number || fields[i + 1] instanceof Boolean) {
                    typed.put(String.valueOf(fields[i]), fields[i + 1]);
                }
            }
        }
        return typed;
    }

    private String asText(ExtLogRecord record) {
        String streamId = record.getMdc(STREAM_ID);
        String line = String.format(
                Locale.ROOT,
                "%tT.%<tL %-5s %s%s%n",
                record.getMillis(),
                level(record),
                streamId == null ? "" : "[" + Printable.line(streamId, MOST_CHARACTERS) + "] ",
                Printable.line(formatMessage(record), MOST_CHARACTERS));
        return record.getThrown() == null ? line : line + indented(stackTrace(record.getThrown()));
    }

    /** Indented, so that a line feed in the text of an exception cannot begin what looks like a line of the log. */
    private static String indented(String trace) {
        return Printable.cut(trace, MOST_OF_A_TRACE)
                .lines()
                .map(each -> "  " + Printable.line(each.replace("\t", "  "), MOST_CHARACTERS) + System.lineSeparator())
                .collect(joining());
    }

    /** The libraries' own {@code infof} and the like would follow the default locale. */
    @Override
    protected String formatMessagePrintf(LogRecord record) {
        return String.format(Locale.ROOT, record.getMessage(), record.getParameters());
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
