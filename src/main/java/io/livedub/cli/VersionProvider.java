package io.livedub.cli;

import java.io.IOException;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} says. */
public class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {Version.text()};
    }
}
