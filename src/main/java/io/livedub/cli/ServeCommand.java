package io.livedub.cli;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stream-worker serve}. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = "Hooks, API and pages; one worker for each stream that becomes ready. The default.")
public class ServeCommand implements Callable<Integer> {
    @Mixin
    ServeOptions options = new ServeOptions();

    @Override
    public Integer call() {
        return options.run();
    }
}
