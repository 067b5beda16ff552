package io.livedub.cli;

import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

import io.livedub.config.ConfigurationException;
import io.livedub.stream.ExitCode;
import io.livedub.stream.StreamFailure;

/** What goes wrong before a stream is running: one line for a person, and the exit code of the contract. */
final class OneLineErrors implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception failure, CommandLine commandLine, ParseResult parsed)
            throws Exception {
        if (failure instanceof ConfigurationException) {
            commandLine.getErr().println(failure.getMessage());
            return ExitCode.USAGE.code();
        }
        if (failure instanceof StreamFailure streamFailure) {
            commandLine.getErr().println(failure.getMessage());
            return streamFailure.exitCode().code();
        }
        throw failure;
    }
}
