package io.livedub.hook;

import java.util.Optional;
import java.util.regex.Pattern;

import io.livedub.config.StreamId;

/** {@code {app}/{id}/in}, its backup {@code {app}/{id}/in-backup}, {@code {app}/{id}/out}, or the output of a further language, {@code {app}/{id}/out-{language}}. */
record StreamPath(String streamId, Direction direction) {
    /** The tag of a language in lower case (BCP 47: 35 characters are enough for all). */
    private static final Pattern OUTPUT = Pattern.compile("out(-[a-z0-9-]{1,35})?");

    enum Direction {
        IN,
        /** Read by the worker of the stream, which only the first source starts. */
        BACKUP,
        OUT
    }

    /** @return empty when the path belongs to no stream of the worker */
    static Optional<StreamPath> parse(String app, String path) {
        String[] parts = path.split("/", -1);
        if (parts.length != 3 || !parts[0].equals(app) || !StreamId.isValid(parts[1])) {
            return Optional.empty();
        }
        if (parts[2].equals("in")) {
            return Optional.of(new StreamPath(parts[1], Direction.IN));
        }
        if (parts[2].equals("in-backup")) {
            return Optional.of(new StreamPath(parts[1], Direction.BACKUP));
        }
        return OUTPUT.matcher(parts[2]).matches()
                ? Optional.of(new StreamPath(parts[1], Direction.OUT))
                : Optional.empty();
    }
}
