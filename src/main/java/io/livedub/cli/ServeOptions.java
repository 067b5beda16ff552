package io.livedub.cli;

import java.util.Map;

/** Options of {@code serve}, which is also what the program does without a subcommand. */
public class ServeOptions extends CommonOptions {
    int run() {
        return QuarkusLaunch.run(this, Map.of(), ServeJob::new);
    }
}
