package io.livedub.observe;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Level;

import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Logger;

import io.livedub.id.StreamId;

/**
 * Log lines that concern one stream: every one carries its id, and what else there is to say as fields.
 *
 * <p>The context is put on the record itself. A thread-bound MDC was rejected: a stream's work hops between media threads, timers and
 * workers, and would leave its id behind on them.
 */
public final class StreamLog {
    private final Map<String, String> context;
    private final Logger logger;

    private StreamLog(String name, Map<String, String> context) {
        this.context = context;
        this.logger = Logger.getLogger(name);
    }

    public static StreamLog of(StreamId streamId) {
        return new StreamLog("io.livedub.stream", Map.of(LogLine.STREAM_ID, streamId.value()));
    }

    /** Lines with fields that concern the process and no stream. */
    public static StreamLog ofProcess() {
        return new StreamLog("io.livedub.process", Map.of());
    }

    /** @param fields name, value, name, value, … */
    public void info(String message, Object... fields) {
        log(org.jboss.logmanager.Level.INFO, message, fields);
    }

    public void warn(String message, Object... fields) {
        log(org.jboss.logmanager.Level.WARN, message, fields);
    }

    public void error(String message, Object... fields) {
        log(org.jboss.logmanager.Level.ERROR, message, fields);
    }

    public void debug(String message, Object... fields) {
        log(org.jboss.logmanager.Level.DEBUG, message, fields);
    }

    /** A defect of the worker, with its stack trace: the only kind of line that a developer has to read. */
    public void defect(String message, Throwable cause) {
        ExtLogRecord record = record(org.jboss.logmanager.Level.ERROR, message, Map.of());
        record.setThrown(cause);
        logger.logRaw(record);
    }

    /** A change of state: breaker, session, stream. */
    public void transition(String what, String from, String to, String reason) {
        info(
                what + ": " + from + " -> " + to + (reason.isEmpty() ? "" : ": " + reason),
                "from",
                from,
                "to",
                to,
                "reason",
                reason);
    }

    private void log(Level level, String message, Object... fields) {
        if (!logger.isLoggable(level)) {
            return;
        }
        Map<String, String> added = new LinkedHashMap<>();
        for (int i = 0; i + 1 < fields.length; i += 2) {
            added.put(String.valueOf(fields[i]), String.valueOf(fields[i + 1]));
        }
        ExtLogRecord record = record(level, message, added);
        // The context holds texts only: LogLine finds here which of them are numbers.
        record.setParameters(fields);
        logger.logRaw(record);
    }

    private ExtLogRecord record(Level level, String message, Map<String, String> added) {
        Map<String, String> all = new LinkedHashMap<>(context);
        all.putAll(added);
        ExtLogRecord record =
                new ExtLogRecord(level, message, ExtLogRecord.FormatStyle.NO_FORMAT, StreamLog.class.getName());
        record.setLoggerName(logger.getName());
        record.setMdc(all);
        return record;
    }
}
