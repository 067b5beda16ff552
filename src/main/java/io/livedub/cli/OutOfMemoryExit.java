package io.livedub.cli;

import java.nio.charset.StandardCharsets;
import java.util.logging.Handler;
import java.util.logging.LogRecord;

import org.jboss.logmanager.Logger;
import sun.misc.Signal;

import io.livedub.stream.events.ExitCode;

/**
 * Ends {@code run} with an exit code of its own when memory is out: the one stream would look alive without what died of it. {@code serve}
 * has no use for this: it would end every stream for the sake of one.
 *
 * <p>The JVM's {@code ExitOnOutOfMemoryError} ends with 3, which is "no source" here, and that cannot be changed. So the launcher has the JVM
 * send SIGUSR1 instead ({@code OnOutOfMemoryError}). A native image knows no such command: there, and beside it, the error itself is
 * caught where it ends up, which is a thread's end or a log line.
 */
final class OutOfMemoryExit {
    /** Made ahead: there may be no memory left to make them. */
    private static final byte[] MESSAGE =
            "stream-worker: out of memory, exit code 71\n".getBytes(StandardCharsets.UTF_8);

    private OutOfMemoryExit() {}

    /** From the start of the program on. */
    @SuppressWarnings("sunapi")
    static void atOnce() {
        Signal.handle(new Signal("USR1"), signal -> end());
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            look(failure);
            Logger.getLogger("io.livedub").log(java.util.logging.Level.SEVERE, thread.getName() + " has died", failure);
        });
    }

    /** When logging is there: an error that somebody has caught is logged as a rule. */
    static void whenLogged() {
        Logger.getLogger("").addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                look(record.getThrown());
            }

            @Override
            public void flush() {
                // Nothing is kept.
            }

            @Override
            public void close() {
                // Nothing is open.
            }
        });
    }

    /** Does not return when the failure is one of memory. */
    static void look(Throwable failure) {
        if (ExitCode.of(failure) == ExitCode.OUT_OF_MEMORY) {
            end();
        }
    }

    private static void end() {
        try {
            System.err.write(MESSAGE, 0, MESSAGE.length);
            System.err.flush();
        } finally {
            Runtime.getRuntime().halt(ExitCode.OUT_OF_MEMORY.code());
        }
    }
}
