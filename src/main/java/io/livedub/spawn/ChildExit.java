package io.livedub.spawn;

import java.util.Arrays;

import io.livedub.stream.events.ExitCode;
import io.livedub.stream.events.StopSignal;
import io.livedub.stream.events.StreamState;

/** The end of a stream by its child's exit code, when the child has sent no message about it. */
final class ChildExit {
    private static final int SIGNAL_EXIT_BASE = 128;
    private static final int SIGKILL = 9;
    private static final int SIGUSR1 = 10;

    private ChildExit() {}

    static StreamState state(int exitCode) {
        // A child whose source is not found ends with 3 as well, but says so before. Without a word it is the exit code
        // of a runtime that was given -XX:+ExitOnOutOfMemoryError by its user.
        // The launcher's SIGUSR1 ends a child that has not come as far as to handle it.
        if (exitCode == ExitCode.OUT_OF_MEMORY.code()
                || exitCode == ExitCode.NO_SOURCE.code()
                || exitCode == SIGNAL_EXIT_BASE + SIGUSR1) {
            return new StreamState.Failed("the stream's process ran out of memory", ExitCode.OUT_OF_MEMORY);
        }
        if (exitCode == ExitCode.OK.code()) {
            return new StreamState.Ended("the stream's process has ended");
        }
        ExitCode code = Arrays.stream(ExitCode.values())
                .filter(known -> known.code() == exitCode)
                .findFirst()
                .orElse(ExitCode.INTERNAL);
        return new StreamState.Failed("the stream's process " + how(exitCode), code);
    }

    /** Whether this is the code of an end in order that a signal has asked for. */
    static boolean isStopSignal(int exitCode) {
        return Arrays.stream(StopSignal.values()).anyMatch(signal -> signal.exitCode() == exitCode);
    }

    private static String how(int exitCode) {
        if (exitCode == SIGNAL_EXIT_BASE + SIGKILL) {
            return "was killed (signal 9), as the kernel does when memory is short";
        }
        return exitCode > SIGNAL_EXIT_BASE
                ? "was ended by signal " + (exitCode - SIGNAL_EXIT_BASE)
                : "ended with exit code " + exitCode;
    }
}
