package io.livedub.cli;

import java.io.PrintWriter;

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
        if (failure instanceof ConfigurationException || failure instanceof StreamFailure) {
            return say((RuntimeException) failure, commandLine.getErr());
        }
        throw failure;
    }

    static int say(RuntimeException known, PrintWriter err) {
        err.println(Printable.line(known.getMessage(), MOST_CHARACTERS));
        err.flush();
        return (known instanceof StreamFailure failure ? failure.exitCode() : ExitCode.USAGE).code();
    }
}
