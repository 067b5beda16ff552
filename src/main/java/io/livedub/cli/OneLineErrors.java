package io.livedub.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

import io.livedub.config.ConfigurationException;
import io.livedub.observe.Printable;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;

/** Reports errors before a stream runs: one line for a person, and the exit code of the contract. */
final class OneLineErrors implements IExecutionExceptionHandler {
    static final int MOST_CHARACTERS = 2048;

    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed)
            throws Exception {
        if (failure instanceof ConfigurationException wrong) {
            return usage(commandLine, wrong);
        }
        if (failure instanceof StreamFailure streamFailure) {
            commandLine.getErr().println(Printable.line(failure.getMessage(), MOST_CHARACTERS));
            return streamFailure.exitCode().code();
        }
        throw failure;
    }

    static int usage(CommandLine commandLine, ConfigurationException wrong) {
        commandLine.getErr().println(Printable.line(wrong.getMessage(), MOST_CHARACTERS));
        return ExitCode.USAGE.code();
    }
}
