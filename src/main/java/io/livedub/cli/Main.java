package io.livedub.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;

import io.livedub.Wiring;
import io.livedub.config.ConfigurationException;
import io.livedub.echo.EchoCommand;
import io.livedub.media.Authorities;
import io.livedub.media.MediaEngine;
import io.livedub.stream.StreamFailure;
import io.livedub.stream.events.ExitCode;

/**
 * The program. The command line is read before Quarkus starts: {@code --help} and a wrong value cost no server, and a wrong value is
 * one line instead of a failed start.
 */
@QuarkusMain
public final class Main {
    /** Commands that open no port of the worker and run without Quarkus. */
    private static final Set<String> SERVERLESS = Set.of("check", "echo-sts");

    private Main() {}

    public static void main(String[] args) {
        // Libraries format numbers and change the case of names by the default locale: logs and metrics would have
        // Arabic digits, and a
        // Turkish "I" finds no variable. Our own code names the locale (ArchitectureTest).
        Locale.setDefault(Locale.ROOT);
        // From JDK 22 on there is a console without a terminal; this one there is only with one, and the form of the
        // log depends on it.
        System.setProperty("jdk.console", "java.base");
        try {
            Optional<Callable<Integer>> usual = UsualCommand.of(List.of(args));
            end(usual.isPresent() ? run(usual.get()) : commandLine().execute(args));
        } catch (OutOfMemoryError outOfMemory) {
            Runtime.getRuntime().halt(ExitCode.OUT_OF_MEMORY.code());
        }
    }

    private static int run(Callable<Integer> command) {
        try {
            return command.call();
        } catch (ConfigurationException | StreamFailure known) {
            return OneLineErrors.say(known, new PrintWriter(System.err, true));
        } catch (Exception defect) {
            defect.printStackTrace();
            return ExitCode.of(defect).code();
        }
    }

    private static void end(int exitCode) {
        if (!LaunchMode.current().isDev()) {
            System.exit(exitCode);
        }
        // Dev mode calls main again in the same JVM, and waits for a start that an exception alone tells it has failed.
        if (exitCode != ExitCode.OK.code() && exitCode != WorkerApplication.RELOADED.exitCode()) {
            throw new IllegalStateException("the program ended with exit code " + exitCode);
        }
    }

    /** All commands and options; also read by the generator of the reference page. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new StreamWorkerCommand());
        commandLine.addSubcommand(new EchoCommand(engine()));
        commandLine.getCommandSpec().exitCodeOnExecutionException(ExitCode.INTERNAL.code());
        // A command's own --version says nothing without one.
        commandLine.getSubcommands().values().forEach(command -> command.getCommandSpec()
                .versionProvider(new VersionProvider())
                .exitCodeOnExecutionException(ExitCode.INTERNAL.code()));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        // A stream's id may begin with a hyphen: -h and -V are ids too.
        commandLine.setAllowOptionsAsOptionParameters(true);
        commandLine.setExecutionExceptionHandler(new OneLineErrors());
        commandLine.setExecutionStrategy(Main::execute);
        return commandLine;
    }

    private static int execute(ParseResult parsed) {
        IExecutionStrategy last = new CommandLine.RunLast();
        ParseResult subcommand = parsed.hasSubcommand() ? parsed.subcommand() : parsed;
        boolean help = subcommand.isUsageHelpRequested() || subcommand.isVersionHelpRequested();
        if (help || !SERVERLESS.contains(subcommand.commandSpec().name())) {
            return last.execute(parsed);
        }
        try {
            return QuarkusLaunch.withoutServers(() -> last.execute(parsed));
        } catch (ConfigurationException wrong) {
            // Read before the command runs, so picocli does not hand it to its handler.
            return OneLineErrors.say(wrong, parsed.commandSpec().commandLine().getErr());
        }
    }

    /** GStreamer is loaded when the echo has to change the sound, not before. */
    private static MediaEngine engine() {
        Wiring wiring = new Wiring();
        return wiring.engine(wiring.clock(), Authorities.OF_THE_SYSTEM);
    }
}
