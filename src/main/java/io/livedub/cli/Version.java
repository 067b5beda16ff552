package io.livedub.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version of the build. */
final class Version {
    private Version() {}

    /** With the name of the program. */
    static String text() throws IOException {
        Properties build = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("/build.properties")) {
            build.load(in);
        }
        return "stream-worker " + build.getProperty("version");
    }
}
