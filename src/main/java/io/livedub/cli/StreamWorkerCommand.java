package io.livedub.cli;

import java.util.concurrent.Callable;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stream-worker}: without a subcommand it serves. */
@Command(
        name = "stream-worker",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        description = "Dubs live RTMP streams while they are live. The picture is never touched and never stops.",
        footer = {"", "Every option has a variable; see docs/configuration.md."},
        subcommands = {RunCommand.class, ServeCommand.class, CheckCommand.class, AutoComplete.GenerateCompletion.class})
public class StreamWorkerCommand implements Callable<Integer> {
    @Mixin
    ServeOptions serve = new ServeOptions();

    @Override
    public Integer call() {
        return serve.run();
    }
}
