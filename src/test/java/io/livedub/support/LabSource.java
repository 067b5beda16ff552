package io.livedub.support;

import java.nio.file.Path;

/** The sources of {@code scripts/source.py}: a flash and a beep at every whole second. Generated once, kept under target/. */
public final class LabSource {
    private LabSource() {}

    /** @param name as {@code ./dev source} lists them */
    public static synchronized Path path(String name, int seconds) {
        return Path.of(Shell.run("python3", "scripts/source.py", name, "--seconds", Integer.toString(seconds))
                .strip());
    }
}
